"""The pages of accounts."""

from django.urls import path

from accounts.views import door, intake, jobs, keys, mail_stop, mails, notifications, people, settings, team

app_name = "accounts"
urlpatterns = [
    path("", door.door, name="door"),
    path("arrive/", door.arrive, name="arrive"),
    path("new/", door.workspace_new, name="workspace-new"),
    path("join/<str:secret>/", team.join, name="join"),
    path("mail/", mails.mails, name="mails"),
    path("mail/stop/<str:token>/", mail_stop.mail_stop, name="mail-stop"),
    path("w/<slug:slug>/start/", intake.start, name="start"),
    path("w/<slug:slug>/intake/", intake.intake, name="intake"),
    path("w/<slug:slug>/intake/<str:question>/", intake.intake_answer, name="intake-answer"),
    path("w/<slug:slug>/settings/", settings.settings_page, name="settings"),
    path("w/<slug:slug>/settings/change/", settings.settings_change, name="settings-change"),
    path("w/<slug:slug>/settings/team/", team.team, name="team"),
    path("w/<slug:slug>/settings/team/invite/", team.invite, name="invite"),
    path("w/<slug:slug>/settings/team/leave/", team.leave, name="leave"),
    path(
        "w/<slug:slug>/settings/team/invitations/<uuid:invitation_id>/revoke/",
        team.invitation_revoke,
        name="invitation-revoke",
    ),
    path("w/<slug:slug>/settings/team/<uuid:member_id>/role/", team.member_role, name="member-role"),
    path("w/<slug:slug>/settings/team/<uuid:member_id>/remove/", team.member_remove, name="member-remove"),
    path("w/<slug:slug>/settings/keys/", keys.keys, name="keys"),
    path("w/<slug:slug>/settings/keys/<uuid:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
    path("w/<slug:slug>/settings/activity/", settings.activity, name="activity"),
    path("w/<slug:slug>/me/", people.me, name="me"),
    path("w/<slug:slug>/me/mails/", people.mail_choices, name="mail-choices"),
    path("w/<slug:slug>/notifications/", notifications.notifications, name="notifications"),
    path("w/<slug:slug>/notifications/read/", notifications.all_read, name="notifications-read"),
    path("w/<slug:slug>/notifications/<uuid:notification_id>/open/", notifications.open_one, name="notification-open"),
    path("w/<slug:slug>/more/", people.more, name="more"),
    path("w/<slug:slug>/help/", people.help_page, name="help"),
    path("w/<slug:slug>/jobs/", jobs.jobs, name="jobs"),
    path("w/<slug:slug>/jobs/running/", jobs.running, name="running"),
    path("w/<slug:slug>/jobs/<uuid:job_id>/bar/", jobs.job_bar, name="job-bar"),
    path("w/<slug:slug>/jobs/<uuid:job_id>/cancel/", jobs.job_cancel, name="job-cancel"),
]
