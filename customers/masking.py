"""What somebody may see who may not see personal details."""

HIDDEN = "***"


def masked(email: str) -> str:
    """Enough to recognise an address, too little to write to it.

    >>> masked("jane.doe@example.com"), masked("odd"), masked("")
    ('j***@e***.com', 'o***', '')
    """
    local, at, domain = email.partition("@")
    if not at:
        return f"{local[:1]}{HIDDEN}" if local else ""
    ending = domain.rpartition(".")[2] if "." in domain else ""
    return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}{f'.{ending}' if ending else ''}"
