"""What somebody buys."""

from customers.features.feature import Feature, Stage, Type

PRODUCTS = [
    Feature(
        "distinct_products", "Different products", Type.NUMBER, "How many different products somebody bought.",
        unit="products", family="products", stage=Stage.LINES, whole=True, otherwise=0,
        definition="count(DISTINCT product) FILTER (WHERE line = 1)",
    ),
    Feature(
        "favourite_product", "Favourite product", Type.TEXT,
        "The product in the most orders; among equals the one with the most money.",
        family="products", stage=Stage.TASTES, definition="arg_max(product, (times, spent, -CAST(product AS BIGINT)))",
    ),
    Feature(
        "first_product", "First product", Type.TEXT,
        "What somebody bought first: of the first order the product with the most money.",
        family="products", stage=Stage.FIRSTS, definition="arg_max(product, (spent, -CAST(product AS BIGINT)))",
    ),
    Feature(
        "first_category", "First kind of product", Type.TEXT,
        "With which kind of product somebody began: of the first order the category with the most money.",
        family="products", stage=Stage.FIRSTS, definition="arg_max(category, (spent, -CAST(category AS BIGINT)))",
    ),
]  # fmt: skip
