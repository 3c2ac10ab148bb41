"""What the state of every page does: load, open dialogs, submit, act. A page says what it reads and what it commands.

    class Profile(PageState, rx.State):
        sessions: list[SessionLine] = []
        load = loads(SELF)
        ask = opens(SELF, "off")

        async def _fill(self, w: Work, lang: str) -> None:
            self.sessions = …

        @submits(SELF, done=N_("Your name is saved."))
        async def save_name(self, w: Work, sent: Sent) -> None:
            await profile.update(w, name=sent.text("name"))

        @acts(SELF, done=N_("That sign-in was ended."))
        async def revoke(self, w: Work, session: str) -> None:
            await profile.revoke_session(w, as_id(session))

Pages of areas take it from `workspace.state.page`, which knows of buildings too.

Each of these has its own permission. `w` speaks the page's language and is committed at the end; a refusal is caught
and shown (under the fields of a form, in the dialog that is open, else above the page), nothing of it stays. After
success the dialog closes, the page is read again and `done` is said. Each submit and act happens once for its key
(`foundation.once`), and only on the page it was seen on.
"""

import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from inspect import Parameter
from typing import Any, Final

import reflex as rx

from koprogo_app.foundation import once
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, Invalid, KoproError, Unauthenticated
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import Principal
from koprogo_app.identity.guard import current, handler
from koprogo_app.identity.page_values import NO_DIALOG, Dialog, Sent, Told, as_id
from koprogo_app.identity.permissions import PUBLIC
from koprogo_app.interface.form import Problem, problem
from koprogo_app.interface.grid import answering, answers_together
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.interface.once import answer

__all__ = [
    "NO_DIALOG", "NO_PROBLEM", "Dialog", "PageState", "Sent", "Told", "acting", "acts", "as_id", "chooses", "here",
    "lang_of", "loads", "opening", "opens", "reads", "refill", "saves", "submits",
]  # fmt: skip

NO_PROBLEM: Final = Problem()
_STAMP: Final = ("key", "page", "record")
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PageState(rx.State, mixin=True):
    """The vars and habits of a page's state.

    `place` is the page it was filled for, `failed` why it cannot be shown, `errors` what is wrong in its form, `dialog`
    what is open; `saved` counts what was done, so that a form keyed by it begins anew.
    """

    place: str = ""
    ready: bool = False
    failed: Problem = NO_PROBLEM
    errors: dict[str, Problem] = {}
    dialog: Dialog = NO_DIALOG
    saved: int = 0

    async def _fill(self, w: Work, lang: str) -> None:
        """Reads what the page shows. Raises a KoproError when it cannot be shown."""
        raise NotImplementedError

    def _new_page(self) -> None:
        """Begins on another page than before."""

    def _arrive(self) -> None:
        """Forgets what belongs to an earlier visit, at each load."""

    async def _refuse(self, error: KoproError) -> None:
        """Shows that an act was refused: in the dialog that is open, which covers the page, else above the page."""
        if self.dialog.name:
            self.errors = {"": problem(error)}
        else:
            await refuse(self, error)

    @handler(PUBLIC)
    async def close(self) -> None:
        """Closes the dialog."""
        self.dialog, self.errors = NO_DIALOG, {}


async def lang_of(state: rx.State) -> str:
    """The language the page speaks."""
    return (await state.get_state(Locale)).lang


def acting(lang: str) -> Principal:
    """Who sent the event, speaking the page's language, in which what was typed is read."""
    return replace(current(), lang=lang)


def here(state: rx.State) -> str:
    """The address of the page that sent the event, without its query."""
    return str(state.router.url.path).rstrip("/") or "/"


async def refill(state: Any) -> None:
    """Reads the page again, in a transaction of its own; shows why when it cannot be shown."""
    lang = await lang_of(state)
    try:
        async with work(acting(lang)) as w:
            await state._fill(w, lang)
        state.ready, state.failed = True, NO_PROBLEM
    except KoproError as error:
        state.failed = problem(error)


def loads(permission: str) -> Any:
    """`load = loads("invoices.read")`: builds the page from its address with the state's `_fill`.

    On another page than before what was shown goes at once; dialogs close; a refusal is shown.
    """

    async def load(self: Any) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.dialog, self.errors = NO_DIALOG, {}
        if self.place != here(self):
            self.place, self.ready, self.failed = here(self), False, NO_PROBLEM
            self._new_page()
            yield
        self._arrive()
        await refill(self)

    load.__qualname__ = "load"
    return handler(permission)(load)


def reads(permission: str) -> Any:
    """A handler that reads a part of a page: `async def peek(self, w, lang, …)`; a refusal is shown above the page."""
    return _directly(permission)


def chooses(permission: str) -> Any:
    """A handler that keeps a choice (a language, colours): `async def choose(self, w, lang, …)`.

    It needs no key, because to choose the same twice is the same; a refusal is shown above the page. It may return the
    event that goes on from there.
    """
    return _directly(permission)


def _directly(permission: str) -> Any:
    def declare(fn: Callable[..., Awaitable[Any]]) -> Any:
        async def run(self: Any, **given: Any) -> Any:
            lang = await lang_of(self)
            try:
                async with work(acting(lang)) as w:
                    return await fn(self, w, lang, **given)
            except KoproError as error:
                return await refuse(self, error)

        return handler(permission)(_shaped(run, fn, list(inspect.signature(fn).parameters.values())[3:]))

    return declare


def opens(permission: str, *names: str) -> Any:
    """`ask = opens("invoices.write", "approve", "reject")`: opens one of these dialogs, `ask(name, record)`.

    For a dialog that reads something first use `opening`.
    """

    async def ask(self: Any, name: str, record: str = "") -> None:
        """Opens a dialog on a record."""
        if name in names:
            self.dialog, self.errors = Dialog(name, record), {}

    ask.__qualname__ = "ask"
    return handler(permission)(ask)


def opening(permission: str, dialog: str) -> Any:
    """A handler that opens a dialog once what it shows is read: `async def ask_head(self, w, lang, record)`.

    The page calls it with the record it is about ("" for its own); a refusal is shown and opens nothing. It may return
    the event that goes on from there.
    """

    def declare(fn: Callable[[Any, Work, str, str], Awaitable[Any]]) -> Any:
        async def run(self: Any, record: str = "") -> Any:
            lang = await lang_of(self)
            try:
                async with work(acting(lang)) as w:
                    then = await fn(self, w, lang, record)
            except KoproError as error:
                return await refuse(self, error)
            self.dialog, self.errors = Dialog(dialog, record), {}
            return then

        parameter = Parameter("record", Parameter.POSITIONAL_OR_KEYWORD, default="", annotation=str)
        return handler(permission)(_shaped(run, fn, [parameter]))

    return declare


def acts(permission: str, *, done: str = "", apart: bool = False, background: bool = False) -> Any:
    """A command behind a button: `async def submit(self, w, …)`, with the arguments that the page gives.

    It may return a Told in place of `done`. `apart`: the command has transactions of its own and gets the principal
    instead of `w`. `background`: apart, and the page goes on meanwhile; it takes `async with self` to touch the state.
    """

    def declare(fn: Callable[..., Awaitable[Any]]) -> Any:
        own = list(inspect.signature(fn).parameters.values())[2:]

        async def run(self: Any, key: str, page: str, record: str = "", **given: Any) -> Any:
            call = _Call(fn.__name__, key, page, record, given)
            if background:
                return await _begun(self, call, lambda who: fn(self, who, **given))
            act = _apart if apart else _within
            return await _acted(self, call, done, act, lambda w: fn(self, w, **given), self._refuse)

        return handler(permission, background=background)(_once(run, fn, own))

    return declare


def submits(
    permission: str, *, done: str = "", dialog: str = "", apart: bool = False, secret: Sequence[str] = ()
) -> Any:
    """A command behind a form: `async def create(self, w, sent: Sent)`; a refusal stands under the fields.

    `dialog` names the one that the form is in: its record comes along as `sent.record`, and one that was opened on
    another record refuses. `apart` as for `acts`. Fields that are `secret` (passwords, codes) leave no trace in what is
    remembered of the act.
    """

    def declare(fn: Callable[..., Awaitable[Any]]) -> Any:
        async def run(self: Any, data: dict[str, Any], key: str, page: str, record: str = "") -> Any:
            call = _Call(fn.__name__, key, page, record, _without(data, secret), dialog)
            sent = Sent(data, record, await lang_of(self))

            async def under(error: KoproError) -> None:
                # What no field of this form can show stands above its buttons.
                self.errors = {error.field if error.field in data else "": problem(error)}
                if dialog and not self.dialog.name:
                    self.dialog = Dialog(dialog, record)

            return await _acted(self, call, done, _apart if apart else _within, lambda w: fn(self, w, sent), under)

        data = Parameter("data", Parameter.POSITIONAL_OR_KEYWORD, annotation=dict[str, Any])
        return handler(permission)(_once(run, fn, [data]))

    return declare


def _without(data: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def saves(permission: str, *, together: bool = False) -> Any:
    """`save_cells = saves("suppliers.write")`: saves what was typed into the page's table, a cell in a transaction.

    The state has `outcomes` and `async def _save(self, w, change, lang) -> Saved`; what stands around the table and
    changes with it is read in `_saved(w, lang)`, and `_fixes(change, error, lang)` offers links beside a refused cell,
    if there are such. `together`: all cells in one transaction, by `async def _save(self, w, changes, lang)`, which
    gives a Saved or a KoproError for each.
    """

    async def save_cells(self: Any, changes: list[Any]) -> AsyncIterator[None]:
        """Saves what was typed."""
        lang = await lang_of(self)

        async def save(change: Any, _lang: str = lang) -> Any:
            async with work(acting(lang)) as w:
                return await self._save(w, change, lang)

        if together:
            self.outcomes = await answers_together(self.outcomes, changes, save, lang)
        else:
            offer = getattr(self, "_fixes", None)
            fixes = offer and (lambda change, error: offer(change, error, lang))
            async for outcomes in answering(self.outcomes, changes, save, lang, fixes):
                self.outcomes = outcomes
                yield
        if hasattr(self, "_saved"):
            try:
                async with work(acting(lang)) as w:
                    await self._saved(w, lang)
            except KoproError as error:
                await refuse(self, error)

    save_cells.__qualname__ = "save_cells"
    return handler(permission)(save_cells)


def _shaped(run: Any, fn: Any, parameters: list[Parameter]) -> Any:
    """`run` under the name of `fn`, taking these arguments: Reflex and the guard read them from the signature."""
    me = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    run.__name__, run.__qualname__, run.__doc__, run.__module__ = (
        fn.__name__,
        fn.__qualname__,
        fn.__doc__,
        fn.__module__,
    )
    run.__signature__ = inspect.Signature([me, *parameters])
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _once(run: Any, fn: Any, own: list[Parameter]) -> Any:
    stamp = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=str) for name in _STAMP]
    shaped = _shaped(run, fn, [*own, *stamp])
    shaped.__once__ = True
    return shaped


@dataclass(frozen=True)
class _Call:
    """What an event asks for: its key, the page and record it was seen on, what it brings."""

    name: str
    key: str
    page: str
    record: str
    given: Mapping[str, Any]
    dialog: str = ""

    def moved(self, state: Any) -> bool:
        """Whether the page that is open is another than the one it was seen on."""
        return self.page != here(state)

    def check(self, state: Any) -> None:
        """Raises Conflict when the page, or the dialog's record, is another by now."""
        other = self.dialog and state.dialog.name == self.dialog and state.dialog.record != self.record
        if other or self.moved(state):
            raise Conflict(N_("This belongs to another page than the one that is open now: nothing was done."))

    def fingerprint(self, state: rx.State) -> bytes:
        """Stands for all of it but the key."""
        said = [state.get_full_name(), self.name, self.page, self.record, dict(self.given)]
        return once.fingerprint(json.dumps(said, sort_keys=True, default=str).encode())


Act = Callable[[Any], Awaitable[Any]]


async def _acted(state: Any, call: _Call, done: str, act: Any, command: Act, refused: Any) -> Any:
    try:
        call.check(state)
        told = await act(acting(await lang_of(state)), call.key, call.fingerprint(state), done, command)
    except KoproError as error:
        # What is open by now may be another page, whose form and dialog it does not concern.
        return await (refuse(state, error) if call.moved(state) else refused(error))
    finally:
        await answer(state, call.key)
    return await _settle(state, told)


async def _within(who: Principal, key: str, call: bytes, done: str, command: Act) -> Told:
    """Key, command and what came of it in one transaction."""
    mine = _key(who, key)
    async with work(who) as w:
        earlier = await _begin(w, mine, call)
        if earlier is not None:
            return earlier
        told = await command(w) or Told(done)
        await once.keep(w, mine, _written(told))
    return told


async def _apart(who: Principal, key: str, call: bytes, done: str, command: Act) -> Told:
    """The key before a command with transactions of its own; given back when it fails."""
    mine = _key(who, key)
    async with work(who) as w:
        earlier = await _begin(w, mine, call)
    if earlier is not None:
        return earlier
    try:
        told = await command(who) or Told(done)
    except BaseException:
        async with work(who) as w:
            await once.forget(w, mine)
        raise
    async with work(who) as w:
        await once.keep(w, mine, _written(told))
    return told


async def _begun(state: Any, call: _Call, command: Act) -> Any:
    """Begins what runs in the background; the same sent again begins nothing."""
    async with state:
        who = acting(await lang_of(state))
        try:
            call.check(state)
            mine = _key(who, call.key)
            async with work(who) as w:
                if await _begin(w, mine, call.fingerprint(state)) is not None:
                    return None
                await once.keep(w, mine, _written(Told()))
        except KoproError as error:
            return await (refuse(state, error) if call.moved(state) else state._refuse(error))
        finally:
            await answer(state, call.key)
    return await command(who)


def _key(who: Principal, key: str) -> once.Key:
    """The key of an act, as pages make them."""
    if not _KEY.fullmatch(key):
        raise Invalid("key", N_("This is not an id."))
    if who.user_id is None:
        raise Unauthenticated
    return once.Key(who.user_id, key)


async def _begin(w: Work, key: once.Key, call: bytes) -> Told | None:
    """Takes the key; None when the act is to be done now, else what came of it the first time."""
    earlier = await once.begin(w, key, call)
    if earlier is None:
        return None
    if not earlier.same:
        raise Conflict(
            N_("This was sent before with other values, and done. Look at what is there now, then repeat it.")
        )
    if earlier.status is None:
        raise Conflict(N_("This is being done already."))
    return _read(earlier.body)


async def _settle(state: Any, told: Told) -> Any:
    """Shows what came of an act."""
    state.dialog, state.errors, state.saved = told.dialog, {}, state.saved + 1
    if told.text:
        await notify(state, told.kind, told.text, **told.params)
    if told.also:
        await notify(state, "attention", told.also)
    if told.go:
        return rx.redirect(told.go)
    if told.refill:
        await refill(state)
    return getattr(type(state), told.then) if told.then else None


def _written(told: Told) -> bytes:
    return json.dumps(asdict(told)).encode()


def _read(kept: bytes) -> Told:
    values = json.loads(kept)
    return Told(**{**values, "dialog": Dialog(**values["dialog"])})
