"""The ribbon chart: heights are shares, words never lie on each other, nothing leaves the frame."""

from itertools import pairwise

import pytest

from segments.drawing import LINE, NARROW, THIN, WIDE, Band, Frame, Picture, ribbons

MAIN = [
    Band("Champions", 1, 0.22, 0.65),
    Band("Loyal", 2, 0.12, 0.15),
    Band("Promising", 3, 0.19, 0.07),
    Band("Needs attention", 4, 0.12, 0.06),
    Band("At risk", 5, 0.12, 0.05),
    Band("Lapsed", 6, 0.23, 0.02),
]


def pictures(bands: list[Band]) -> list[tuple[Frame, Picture]]:
    chart = ribbons(bands)
    return [(WIDE, chart.wide), (NARROW, chart.narrow)]


def test_bars_are_as_high_as_the_shares() -> None:
    for frame, picture in pictures(MAIN):
        room = frame.height - frame.top - frame.bottom - 5 * frame.gap - 6 * THIN
        for ribbon in picture.ribbons:
            assert ribbon.left.height == pytest.approx(THIN + room * ribbon.band.people, abs=0.11)
            assert ribbon.right.height == pytest.approx(THIN + room * ribbon.band.money, abs=0.11)


def test_both_columns_fill_the_frame_and_leave_gaps() -> None:
    for frame, picture in pictures(MAIN):
        for side in ("left", "right"):
            spans = [getattr(ribbon, side) for ribbon in picture.ribbons]
            assert spans[0].top == frame.top
            assert spans[-1].bottom == pytest.approx(frame.height - frame.bottom, abs=0.1)
            gaps = [below.top - above.bottom for above, below in pairwise(spans)]
            assert gaps == pytest.approx([frame.gap] * 5, abs=0.11)


def test_words_of_thin_segments_stay_a_line_apart_and_inside() -> None:
    thin = [Band("All", 1, 0.97, 0.995), *(Band(f"Thin {n}", n, 0.005, 0.001) for n in range(2, 8))]
    for frame, picture in pictures(thin):
        for side in ("left_text", "right_text"):
            lines = [getattr(ribbon, side) for ribbon in picture.ribbons]
            assert all(below - above >= LINE - 0.11 for above, below in pairwise(lines))
            assert lines[0] >= frame.top
            assert lines[-1] <= frame.height - frame.bottom + 4.5


def test_a_ribbon_joins_the_two_bars_of_its_segment() -> None:
    ribbon = ribbons([Band("One", 1, 1, 1)]).wide.ribbons[0]
    assert ribbon.path == "M232.0 34.0C411.0 34.0 411.0 34.0 590 34.0V384.0C411.0 384.0 411.0 384.0 232.0 384.0Z"


def test_more_returned_than_bought_is_drawn_as_a_hair() -> None:
    ribbon = ribbons([Band("Good", 1, 0.5, 1.1), Band("Returners", 2, 0.5, -0.1)]).wide.ribbons[1]
    assert ribbon.right.height == pytest.approx(THIN)


def test_the_two_segments_that_tell_the_story_are_strong() -> None:
    strong = [ribbon.band.name for ribbon in ribbons(MAIN).wide.ribbons if ribbon.is_strong]
    assert strong == ["Champions", "Lapsed"]
    assert not any(ribbon.is_strong for ribbon in ribbons(MAIN[:2]).wide.ribbons)


def test_nobody_gives_an_empty_picture() -> None:
    assert ribbons([]).wide.ribbons == []
