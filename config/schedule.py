"""The whole beat schedule, one line per habit of the system."""

SCHEDULE = {
    "republish and take over jobs": {"task": "accounts.tick", "schedule": 5.0},
    "forget kept answers of the API": {"task": "accounts.sweep", "schedule": 3600.0},
    "compute profiles that are out of date": {"task": "customers.renew_profiles", "schedule": 60.0},
    "mail on Monday mornings": {"task": "icp.mondays", "schedule": 900.0},
    "mail what is new in rounds": {"task": "icp.round_mails", "schedule": 30.0},
    "say what is late and what is old": {"task": "icp.reminders", "schedule": 3600.0},
    "unlink retired event files": {"task": "customers.sweep_events", "schedule": 60.0},
    "unlink downloads after a day": {"task": "customers.sweep_downloads", "schedule": 600.0},
    "unlink replaced profiles": {"task": "customers.sweep_profiles", "schedule": 600.0},
    "add the missing days to the example": {"task": "icp.renew_example", "schedule": 3600.0},
    "end the visits of yesterday": {"task": "icp.end_visits", "schedule": 600.0},
}
