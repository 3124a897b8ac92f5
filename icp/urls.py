"""The pages of icp below /w/<slug>/, and the door to the example."""

from django.urls import include, path

from icp.views import candidates, example, grade, home, key_figures, lines, personas, plan, results, rounds, search

app_name = "icp"
pages = [
    path("", home.home, name="home"),
    path("key-figures/", key_figures.key_figures, name="key-figures"),
    path("search/", search.search, name="search"),
    path("plan/", plan.plan, name="plan"),
    path("plan/new/", plan.move_new, name="move-new"),
    path("plan/<uuid:action_id>/", plan.move_change, name="move"),
    path("plan/<uuid:action_id>/settle/", plan.move_settle, name="move-settle"),
    path("ideal-customers/", candidates.candidate_list, name="list"),
    path("ideal-customers/new/", candidates.candidate_new, name="new"),
    path("ideal-customers/from/<uuid:segment_id>/", candidates.candidate_from_segment, name="from-segment"),
    path("ideal-customers/<uuid:icp_id>/", candidates.candidate_detail, name="detail"),
    path("ideal-customers/<uuid:icp_id>/change/", candidates.candidate_change, name="change"),
    path("ideal-customers/<uuid:icp_id>/archive/", candidates.candidate_archive, name="archive"),
    path("ideal-customers/<uuid:icp_id>/restore/", candidates.candidate_restore, name="restore"),
    path("ideal-customers/<uuid:icp_id>/lines/", lines.line_add, name="line-add"),
    path("ideal-customers/<uuid:icp_id>/lines/<uuid:line_id>/", lines.line_change, name="line-change"),
    path("ideal-customers/<uuid:icp_id>/lines/<uuid:line_id>/remove/", lines.line_remove, name="line-remove"),
    path("ideal-customers/personas/", personas.persona_list, name="personas"),
    path("ideal-customers/personas/new/", personas.persona_new, name="persona-new"),
    path("ideal-customers/personas/<uuid:persona_id>/", personas.persona_detail, name="persona"),
    path("ideal-customers/personas/<uuid:persona_id>/lines/", personas.persona_line_add, name="persona-line"),
    path("ideal-customers/personas/<uuid:persona_id>/change/", personas.persona_change, name="persona-change"),
    path("ideal-customers/rounds/", rounds.round_list, name="rounds"),
    path("ideal-customers/rounds/new/", rounds.round_new, name="round-new"),
    path("ideal-customers/rounds/<uuid:round_id>/", rounds.round_detail, name="round"),
    path("ideal-customers/rounds/<uuid:round_id>/progress/", rounds.round_progress, name="round-progress"),
    path("ideal-customers/rounds/<uuid:round_id>/links/", rounds.round_links, name="round-links"),
    path("ideal-customers/rounds/<uuid:round_id>/close/", rounds.round_close, name="round-close"),
    path("ideal-customers/rounds/<uuid:round_id>/reopen/", rounds.round_reopen, name="round-reopen"),
    path("ideal-customers/rounds/<uuid:round_id>/grade/", grade.grade, name="grade"),
    path("ideal-customers/rounds/<uuid:round_id>/grade/<str:dimension>/", grade.grade_question, name="grade-question"),
    path("ideal-customers/rounds/<uuid:round_id>/questions/<str:dimension>/", rounds.question_detail, name="question"),
    path(
        "ideal-customers/rounds/<uuid:round_id>/questions/<str:dimension>/close/",
        rounds.question_close,
        name="question-close",
    ),
    path("ideal-customers/rounds/<uuid:round_id>/result/", results.result_detail, name="result"),
    path("ideal-customers/focus/", results.focus, name="focus"),
    path("ideal-customers/rounds/<uuid:round_id>/focus/", results.focus, name="focus"),
]
urlpatterns = [
    path("example/", example.example, name="example"),
    path("example/reveal/", example.reveal, name="example-reveal"),
    path("example/reset/", example.reset, name="example-reset"),
    path("example/leave/", example.leave, name="example-leave"),
    path("w/<slug:slug>/", include(pages)),
]
