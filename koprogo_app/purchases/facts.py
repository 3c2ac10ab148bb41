"""What reads and commands both say of an invoice: the questions that are still open."""

from collections.abc import Collection

from koprogo_app.purchases.model import Question


def open_questions(asked: Collection[str], answered: Collection[str], number_taken: bool) -> list[Question]:
    """What a person still has to decide; `number_taken`: another invoice of the firm has its number."""
    known = [*asked, *([Question.TWICE] if number_taken else [])]
    return [question for question in Question if question in known and question not in answered]
