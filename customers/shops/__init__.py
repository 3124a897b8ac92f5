"""The exports of shops that are recognised by their header: one module of facts per shop, and what reads them."""
