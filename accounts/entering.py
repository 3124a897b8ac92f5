"""How people enter: what allauth leaves for us to say and decide."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Says refusals at the door in whole sentences, the same ones whether an account exists or not."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is switched off. Ask the owner of your workspace.",
        "email_password_mismatch": "The address or the password is not right. Try again, or choose a new password.",
        "email_taken": "There is an account with this address already. Sign in instead.",
        "enter_current_password": "Type the password you use now.",
        "incorrect_code": "This code is not right. Codes change every 30 seconds; type the newest one.",
        "incorrect_password": "This password is not right.",
        "invalid_login": "The address or the password is not right. Try again, or choose a new password.",
        "invalid_password_reset": "This link was used, or is over. Ask for a new one.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "same_as_current": "This is the one you use now. Choose another one.",
    }

    def format_email_subject(self, subject: str) -> str:
        return subject.strip()
