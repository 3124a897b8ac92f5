"""The pages of segments, below /w/<slug>/."""

from django.urls import path

from segments.views import conditions, exports, found, segments, use

app_name = "segments"
urlpatterns = [
    path("segments/", segments.segment_list, name="list"),
    path("segments/found/", found.segments_found, name="found"),
    path("segments/sets/<uuid:set_id>/", found.set_detail, name="set"),
    path("segments/sets/<uuid:set_id>/keep/", found.set_keep, name="set-keep"),
    path("segments/<uuid:segment_id>/", segments.segment_detail, name="detail"),
    path("segments/<uuid:segment_id>/members/", segments.segment_members, name="members"),
    path("segments/<uuid:segment_id>/why/<uuid:customer_id>/", segments.segment_why, name="why"),
    path("segments/<uuid:segment_id>/refresh/", segments.segment_refresh, name="refresh"),
    path("segments/<uuid:segment_id>/rename/", segments.segment_rename, name="rename"),
    path("segments/<uuid:segment_id>/archive/", segments.segment_archive, name="archive"),
    path("segments/new/", conditions.new_segment, name="new"),
    path("segments/new/conditions/", conditions.conditions, name="conditions"),
    path("segments/<uuid:segment_id>/edit/", conditions.segment_edit, name="edit"),
    path("segments/<uuid:segment_id>/export/", exports.segment_export, name="export"),
    path("segments/<uuid:segment_id>/use/", use.segment_use, name="use"),
    path("segments/lists/<uuid:delivery_id>/", use.delivery_detail, name="delivery"),
    path("segments/lists/<uuid:delivery_id>/file/", use.delivery_file, name="delivery-file"),
]
