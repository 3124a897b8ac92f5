"""The pages of customers, below /w/<slug>/."""

from django.urls import path

from customers.views import asking, books, customers, downloads, figures, imports, kept, sources

app_name = "customers"
urlpatterns = [
    path("data/", sources.sources, name="sources"),
    path("data/imports/new/", imports.import_new, name="import-new"),
    path("data/ask/", asking.ask, name="ask"),
    path("data/ask/<uuid:link_id>/revoke/", asking.ask_revoke, name="ask-revoke"),
    path("data/imports/<uuid:import_id>/", imports.import_detail, name="import"),
    path("data/imports/<uuid:import_id>/start/", imports.import_start, name="import-start"),
    path("data/imports/<uuid:import_id>/again/", imports.import_again, name="import-again"),
    path("data/imports/<uuid:import_id>/discard/", imports.import_discard, name="import-discard"),
    path("data/imports/<uuid:import_id>/undo/", imports.import_undo, name="import-undo"),
    path("data/imports/<uuid:import_id>/refused.csv", imports.import_rejects, name="import-rejects"),
    path("data/books/", books.books, name="books"),
    path("data/books/right/", books.books_right, name="books-right"),
    path("data/books/reported/", books.books_reported, name="books-reported"),
    path("data/books/buyers/<uuid:customer_id>/", books.books_buyer, name="books-buyer"),
    path("data/books/rows/<slug:reason>/", books.books_rows, name="books-rows"),
    path("data/books/rows/<slug:reason>.csv", books.books_rows_file, name="books-rows-file"),
    path("data/clock/", books.clock_switch, name="clock"),
    path("data/downloads/", downloads.downloads, name="downloads"),
    path("data/downloads/<uuid:download_id>/file/", downloads.download_file, name="download-file"),
    path("data/fields/", figures.fields, name="fields"),
    path("data/figures/new/", figures.figure_new, name="figure-new"),
    path("data/figures/<uuid:figure_id>/", figures.figure_detail, name="figure"),
    path("data/figures/<uuid:figure_id>/edit/", figures.figure_edit, name="figure-edit"),
    path("data/figures/<uuid:figure_id>/remove/", figures.figure_remove, name="figure-remove"),
    path("data/figures/<uuid:figure_id>/restore/", figures.figure_restore, name="figure-restore"),
    path("figures/keep/", kept.figure_keep, name="figure-keep"),
    path("figures/<uuid:kept_id>/", kept.kept_figure, name="kept"),
    path("customers/", customers.customer_list, name="list"),
    path("customers/<uuid:customer_id>/", customers.customer_detail, name="detail"),
    path("customers/<uuid:customer_id>/edit/", customers.customer_edit, name="edit"),
]
