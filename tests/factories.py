"""Plain functions that put rows on the stage. Each app adds its own as it grows."""

from typing import Any

from accounts.models.workspace import Workspace
from customers.models.source import Import
from customers.receiving import receive
from customers.tasks import import_file, request_import


def an_import(workspace: Workspace, csv_text: str | bytes, *, name: str = "orders.csv", **how: Any) -> Import:
    """Import a CSV of orders in this process, start to end; the profile job that follows stays queued.

    Columns that are recognised by name: order_id, customer_id, email, date, product_id, product_name,
    category, quantity, unit_price, total, country, channel. Call run_jobs(workspace) for what follows.
    """
    content = csv_text.encode() if isinstance(csv_text, str) else csv_text
    import_ = receive(workspace, name=name, chunks=[content], **how)
    job = request_import(import_, None)
    assert job is not None
    import_file(str(job.pk))
    import_.refresh_from_db()
    return import_
