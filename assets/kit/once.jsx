/** Acts that happen once: from the press to the answer a form or a button is busy, and its key is the same. */
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";

const SILENCE = 20000;
const waiting = new Set();
let answered = [];

/** The keys that the server has answered, told to all who wait for one of them. */
export function Answers({ keys }) {
  useEffect(() => {
    answered = keys ?? [];
    waiting.forEach((settle) => settle());
  }, [keys]);
  return null;
}

const Page = createContext("");
const Sending = createContext(false);
/** The record that a dialog was opened on. */
export const Record = createContext("");

export function Place({ page, children }) {
  return <Page.Provider value={page}>{children}</Page.Provider>;
}

const here = (page) => page || window.location.pathname.replace(/(.)\/$/, "$1");

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** [busy, begin]: `begin()` gives the key to send, or null while the answer to the last press is awaited. */
export function useOnce() {
  const key = useRef(null);
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!busy) return;
    const free = () => {
      running.current = false;
      setBusy(false);
    };
    const settle = () => {
      if (!answered.includes(key.current)) return;
      key.current = null;
      free();
    };
    // No answer at all: it may be sent again, and the key stays, because perhaps it was done.
    const timer = setTimeout(free, SILENCE);
    waiting.add(settle);
    settle();
    return () => {
      clearTimeout(timer);
      waiting.delete(settle);
    };
  }, [busy]);
  const begin = () => {
    if (running.current) return null;
    if (key.current === null || answered.includes(key.current)) key.current = newKey();
    running.current = true;
    setBusy(true);
    return key.current;
  };
  return [busy, begin];
}

/** The keyboard stays at a button that was busy, because the browser lets go of one that is disabled. */
function useKept(busy) {
  const element = useRef(null);
  const had = useRef(false);
  if (busy && typeof document !== "undefined" && document.activeElement === element.current) had.current = true;
  useEffect(() => {
    if (busy) return;
    if (had.current && (document.activeElement === document.body || !document.activeElement)) element.current?.focus();
    had.current = false;
  }, [busy]);
  return element;
}

function Busy({ busy, disabled, children, ...rest }) {
  const element = useKept(busy);
  return (
    <button {...rest} ref={element} disabled={busy || disabled} aria-busy={busy ? "true" : rest["aria-busy"]}>
      {children}
    </button>
  );
}

export function OnceButton({ onAct, children, ...rest }) {
  const [busy, begin] = useOnce();
  const page = useContext(Page);
  const record = useContext(Record);
  const press = () => {
    const key = begin();
    if (key) onAct(key, here(page), record);
  };
  return <Busy {...rest} busy={busy} onClick={press}>{children}</Busy>;
}

export function SubmitButton({ children, ...rest }) {
  return <Busy {...rest} busy={useContext(Sending)}>{children}</Busy>;
}

function Sheet({ onSubmit, className, children }) {
  const [busy, begin] = useOnce();
  const now = { page: useContext(Page), record: useContext(Record) };
  // What was typed belongs to what was shown when it was begun.
  const from = useRef(now);
  const submit = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const key = begin();
    if (!key) return;
    const data = Object.fromEntries(new FormData(event.currentTarget));
    onSubmit(data, key, here(from.current.page), from.current.record);
  };
  return (
    <Sending.Provider value={busy}>
      <form className={className} noValidate aria-busy={busy ? "true" : undefined} onSubmit={submit}>{children}</form>
    </Sending.Provider>
  );
}

/** A form of one page: on another page it begins anew. */
export function OnceForm(props) {
  const { pathname } = useLocation();
  return <Sheet key={pathname} {...props} />;
}

/** What a press sends with its key: the page it was seen on and the record of the dialog around it. */
export function useStamp() {
  const page = useContext(Page);
  const record = useContext(Record);
  return () => [here(page), record];
}
