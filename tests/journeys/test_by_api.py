"""The main job end to end, by the API alone, on half a million real order lines."""

from typing import Any

import pytest

from tests.journeys.conftest import Caller, House

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.slow]

HABITS = ["orders", "net_revenue", "recency_days", "distinct_products"]
MAIN = {"Champions", "Loyal", "Promising", "Needs attention", "At risk", "Lapsed", "Never bought"}


def grades(icp: str, dimensions: list[dict[str, Any]], score: int) -> list[dict[str, Any]]:
    reason = "Seen in the orders." if score <= 3 or score >= 9 else ""
    return [{"icp": icp, "dimension": one["id"], "score": score, "reason": reason} for one in dimensions]


def test_from_a_file_to_a_focus_by_api(house: House, online_retail: bytes) -> None:
    call = house.caller("owner@example.com", "Acme")
    assert call.get("/api/v1/me/")["email"] == "owner@example.com"

    # The file becomes customers, every row accounted for.
    answer = call.upload("imports/", online_retail, name="online_retail.csv", kind="orders")
    assert answer.status == 202, answer.body
    job = call.wait_for(answer.json())
    assert job["status"] == "done", job
    counts = job["result"]
    assert counts["rows"] == 541_909 == counts["accepted"] + counts["rejected"] + counts["duplicates"]
    assert counts["purchase_lines"] == 397_884
    assert (counts["return_lines"], counts["returns_value"]) == (8_905, "611342.09")
    assert counts["free_lines"] == 40
    assert (counts["buyers"], counts["orders"]) == (4_338, 18_532)
    assert counts["gross_revenue"] == "8911407.90"

    # The same file again adds nothing.
    again = call.wait_for(call.upload("imports/", online_retail, name="again.csv", kind="orders").json())["result"]
    assert again["accepted"] == 0
    assert again["duplicates"] + again["rejected"] == 541_909

    # The main segments came by themselves, and divide everybody.
    segments = call.as_of_settles("segments/?page_size=200", lambda found: found["count"] >= 6)["results"]
    main = [
        segment
        for segment in segments
        if segment["name"] in MAIN and segment["method"] == "rfm" and not segment["parent"]
    ]
    assert sum(segment["size"] for segment in main) == 4_372
    assert all(segment["as_of"].startswith("2011-12-10T00:00") for segment in main)

    # Means of the buyers, as of the day after the newest line.
    preview = call.post(
        "segments/preview/",
        {"definition": rule({"feature": "orders", "op": "gte", "value": 1})},
        expect=200,
    )
    assert preview["count"] == 4_338
    mean = means_of_buyers(call)
    assert round(mean["orders"], 3) == 4.272
    assert round(mean["recency_days"], 3) == 93.059
    assert round(mean["gross_revenue"], 2) == 2_054.27
    assert round(mean["net_revenue"], 2) == 1_915.74

    # A segment by conditions: counted before saving, equal after saving.
    regulars = rule(
        {"all": [{"feature": "orders", "op": "gte", "value": 4}, {"trait": "country", "op": "eq", "value": "France"}]}
    )
    counted = call.post("segments/preview/", {"definition": regulars}, expect=200)
    made = call.post("segments/", {"name": "French regulars", "definition": regulars})
    call.wait_for(call.post(f"segments/{made['id']}/refresh/", expect=202))
    assert call.get(f"segments/{made['id']}/")["size"] == counted["count"] > 0
    members = call.get(f"segments/{made['id']}/members/")
    assert members["count"] == counted["count"]
    why = call.get(f"segments/{made['id']}/why/?customer={members['results'][0]['id']}")
    assert {line["verdict"] for line in why["conditions"]} == {True}

    # Segments found by clustering, doubted.
    asked = {"method": "clusters", "features": HABITS, "algorithm": "kmeans", "k": "auto"}
    found = call.wait_for(call.post("segment-sets/", asked, expect=202))
    assert found["status"] == "done", found
    clusters = call.get(f"segment-sets/{found['result']['set']}/")
    assert clusters["validity"]["verdict"] in {"clear segments", "usable with care", "not real segments"}
    assert len(clusters["segments"]) == len(found["result"]["segments"])

    # Two candidates, two graders, blind until the close, then a focus.
    champions = next(segment for segment in main if segment["name"] == "Champions")
    first = call.post("icps/", {"name": "Champions like ours", "segments": [champions["id"]]})
    second = call.post("icps/", {"name": "Gift shops"})
    assert any(line["kind"] == "fact" for part in first["parts"].values() for line in part)
    rubric = call.get("rubrics/")["results"][0]
    sam = house.caller("sam@example.com", "Acme")
    asked_round = {
        "name": "Round 1",
        "icps": [first["id"], second["id"]],
        "rubric": rubric["id"],
        "graders": ["owner@example.com", "sam@example.com"],
        "close": "round",
    }
    opened = call.post("rounds/", asked_round)
    where = f"rounds/{opened['id']}"
    call.post(f"{where}/grades/", grades(first["id"], rubric["dimensions"], 9), expect=200)
    call.post(f"{where}/grades/", grades(second["id"], rubric["dimensions"], 4), expect=200)
    sam.post(f"{where}/grades/", grades(first["id"], rubric["dimensions"], 8), expect=200)
    assert call("GET", f"{where}/result/").status in {403, 404, 409}
    sam.post(f"{where}/grades/", grades(second["id"], rubric["dimensions"], 5), expect=200)
    call.post(f"{where}/close/", expect=200)
    result = call.get(f"{where}/result/")
    assert [(line["name"], line["total"], line["focus"]) for line in result["ranking"]] == [
        ("Champions like ours", 85.0, True),
        ("Gift shops", 45.0, False),
    ]
    assert sum(line["share"] for line in result["allocation"]) == pytest.approx(1)


def rule(node: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "entity": "customer", "where": node}


def means_of_buyers(call: Caller) -> dict[str, float]:
    """From the customers themselves, page by page: nothing that a client could not do."""
    names = ["orders", "recency_days", "gross_revenue", "net_revenue"]
    sums, buyers, path = dict.fromkeys(names, 0.0), 0, "customers/?page_size=200"
    while path:
        page = call.get(path)
        for customer in page["results"]:
            if float(customer["features"]["orders"] or 0) > 0:
                buyers += 1
                for name in names:
                    sums[name] += float(customer["features"][name])
        path = (page["next"] or "").removeprefix(call.address)
    assert buyers == 4_338
    return {name: total / buyers for name, total in sums.items()}
