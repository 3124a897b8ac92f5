"""What a move can be measured by. The answers decide which of them are offered first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kpi:
    """A measure: its name, what it means, and which answer it was offered for."""

    id: str
    name: str
    meaning: str
    why: str = ""


_ALL = (
    Kpi("repeat_share", "Repeat buyers", "Of the people who bought in 12 months, the share with two orders or more."),
    Kpi("days_to_second", "Days until the second order", "The middle one of all who came back."),
    Kpi("revenue_per_customer", "Revenue per customer", "Revenue of 12 months by the people who bought in them."),
    Kpi("order_value", "Revenue per order", "Revenue of 12 months by the orders in them."),
    Kpi("left_per_customer", "What a customer leaves you", "Revenue per customer times your margin."),
    Kpi("active_share", "People who still buy", "Of all who ever bought, the share with an order in 90 days."),
    Kpi("won_back", "Quiet customers who order again", "Of those who had gone quiet, the number with a new order."),
    Kpi("new_customers", "New customers", "People whose first order fell into the last 90 days."),
    Kpi("cost_per_new", "Cost of a new customer", "What was spent to win customers, by how many came."),
    Kpi("returns_share", "Returned", "The value of what came back, as a share of what was sold."),
    Kpi("products_per_buyer", "Different products per customer", "The middle one of all buyers."),
    Kpi("renewed", "Subscriptions renewed", "Of those that ran out, the share that was renewed."),
    Kpi("deals_won", "Deals won", "Of the offers that were decided, the share that was won."),
    Kpi("days_to_order", "Days from first talk to order", "The middle one of all deals that were won."),
    Kpi("mail_orders", "Orders from mail", "Orders by people who had opened a mail in the week before."),
    Kpi("focus_share", "Revenue from the focus", "The share of revenue that the customers of the focus bring."),
    Kpi("recommended", "Customers who were recommended", "New customers who name somebody who sent them."),
)
KPIS = {kpi.id: kpi for kpi in _ALL}
