/** Sends files to our own upload route, each with its progress; the server says what it accepts. See interface/dropzone.py. */
import { useEffect, useRef, useState } from "react";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const megabytes = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

function problem(file, accept, maxSize, texts) {
  const name = file.name.toLowerCase();
  const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  if (kinds.length && !kinds.some((kind) => name.endsWith(kind))) return fill(texts.wrongKind, { kinds: kinds.join(", ") });
  if (file.size > maxSize) return fill(texts.tooBig, { size: megabytes(file.size), limit: megabytes(maxSize) });
  return file.size ? "" : texts.empty;
}

/** The reason in the server's problem+json answer, if it gave one. */
function reason(request, texts) {
  try {
    const { detail, title } = JSON.parse(request.responseText);
    if (typeof (detail ?? title) === "string") return detail ?? title;
  } catch {
    // Not JSON: a proxy answered.
  }
  return request.status ? fill(texts.failed, { status: request.status }) : texts.offline;
}

function upload(endpoint, file, texts, report) {
  const request = new XMLHttpRequest();
  const address = new URL(endpoint, window.location.origin);
  address.searchParams.set("name", file.name);
  request.open("PUT", address);
  request.setRequestHeader("X-Requested-With", "koprogo");
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.upload.onprogress = (event) => event.lengthComputable && report({ share: event.loaded / event.total });
  request.onload = () => {
    if (request.status < 200 || request.status > 299) return report({ error: reason(request, texts) });
    let id, text;
    try {
      ({ id, text } = JSON.parse(request.responseText));
    } catch {
      return report({ error: fill(texts.failed, { status: request.status }) });
    }
    // What the route says of what it received, where that is more than "received".
    report({ done: true, share: 1, id, text });
  };
  request.onerror = () => report({ error: texts.offline });
  request.onabort = () => report({ cancelled: true });
  request.send(file);
  return request;
}

export function DropZone({ endpoint, accept = "", maxSize, multiple, label, hint, texts, onUploaded }) {
  const [files, setFiles] = useState([]);
  const [over, setOver] = useState(false);
  const input = useRef(null);
  const count = useRef(0);
  // A retry goes where files go now: what is said of them may have been mended.
  const target = useRef(endpoint);
  target.current = endpoint;
  const requests = useRef(new Map());
  useEffect(() => () => requests.current.forEach((request) => request.abort()), []);

  const take = (list) => {
    const chosen = [...list].slice(0, multiple ? undefined : 1);
    for (const file of chosen) {
      const key = ++count.current;
      const error = problem(file, accept, maxSize, texts);
      setFiles((all) => [...(multiple ? all : []), { key, name: file.name, share: 0, error }]);
      if (error) continue;
      const report = ({ id, ...news }) => {
        setFiles((all) => all.map((f) => (f.key === key ? { ...f, ...news } : f)));
        if (news.done || news.error || news.cancelled) requests.current.delete(key);
        if (news.done) onUploaded?.(id ? String(id) : "");
      };
      const start = () => {
        setFiles((all) => all.map((f) => (f.key === key ? { ...f, share: 0, error: "", cancelled: false } : f)));
        requests.current.set(key, upload(target.current, file, texts, report));
      };
      setFiles((all) => all.map((f) => (f.key === key ? { ...f, start } : f)));
      start();
    }
  };
  const again = (file) => file.start && (
    <button type="button" className="kit-link" aria-label={fill(texts.retryName, { name: file.name })} onClick={file.start}>{texts.retry}</button>
  );
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="kit-drop" data-over={over || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)} onDrop={drop}>
      <input ref={input} type="file" className="kit-unseen" tabIndex={-1} aria-label={label} accept={accept} multiple={multiple}
        onChange={(event) => { take(event.target.files); event.target.value = ""; }} />
      <p className="kit-drop-label">{label}</p>
      {hint && <p className="kit-muted">{hint}</p>}
      <button type="button" className="kit-button" onClick={() => input.current.click()}>{texts.choose}</button>
      <ul>
        {files.map((file) => (
          <li key={file.key}>
            <span>{file.name}</span>
            {file.error ? <><span role="alert" className="kit-refused-text">{file.error}</span>{again(file)}</>
              : file.cancelled ? <><span role="status" className="kit-muted">{texts.cancelled}</span>{again(file)}</>
              : file.done ? <span role="status" className="kit-done-text">✓ {file.text || texts.done}</span>
              : (
                <>
                  <progress max="1" value={file.share} aria-valuenow={Math.round(file.share * 100)} aria-valuemin={0} aria-valuemax={100} aria-label={fill(texts.sending, { name: file.name })} />
                  <button type="button" className="kit-link" onClick={() => requests.current.get(file.key)?.abort()}>{texts.cancel}</button>
                </>
              )}
          </li>
        ))}
      </ul>
    </div>
  );
}
