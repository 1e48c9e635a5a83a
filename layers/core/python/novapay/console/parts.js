// Components and hooks that several views use.

import { html, useCallback, useEffect, useLayoutEffect, useRef, useState } from "./preact.js";
import { Problem, UNREACHABLE } from "./api.js";
import { count, day, isToday, money, short, timeOfDay, utc, when, words } from "./format.js";

const COPIED_MS = 1500;
const SYSTEM = "00000000-0000-0000-0000-000000000000";

// Tells a screen reader what has changed on the page.
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}

// The result of `read`, which runs again when `keys` change. Meanwhile the last result stays, and
// `at` is the time when it arrived.
export function useLoad(read, keys) {
  const [state, setState] = useState({ data: undefined, at: null, error: null, loading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    read(stop.signal).then(
      (data) =>
        stop.signal.aborted || setState({ data, at: new Date().toISOString(), error: null, loading: false }),
      (error) =>
        stop.signal.aborted || setState((before) => ({ ...before, error: asProblem(error), loading: false })),
    );
    return () => stop.abort();
  }, [...keys, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, again };
}

const asProblem = (error) =>
  error instanceof Problem
    ? error
    : new Problem({ title: "Unexpected console error", detail: String(error), code: "console-error" });

// Loads again while the page is visible. The time counts from the last response, so a slow request
// is never overtaken by the next one.
export function usePolling({ again, loading }, everyMs, active = true) {
  const waits = active && !loading;
  useEffect(() => {
    if (!waits) return undefined;
    const look = () => document.visibilityState === "visible" && again();
    const timer = setInterval(look, everyMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [again, everyMs, waits]);
}

// For "Show it": moves the focus to the broken row as soon as its page has loaded.
export function useShow(page) {
  const [asked, setAsked] = useState(0);
  const isWanted = useRef(false);
  useEffect(() => {
    const row = isWanted.current && document.querySelector("tr.broken");
    if (!row) return;
    isWanted.current = false;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }, [asked, page]);
  return () => {
    isWanted.current = true;
    setAsked((before) => before + 1);
  };
}

// A view's heading is also the title of the tab. It takes the focus when the view opens, unless the
// focus is in an input field.
export function Heading({ title, children }) {
  const heading = useRef();
  useLayoutEffect(() => {
    document.title = `${title} · NovaPay console`;
    if (document.activeElement?.matches("input")) return;
    heading.current.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return html`<div class="heading">
    <h1 ref=${heading} tabindex="-1">${title}</h1>
    ${children}
  </div>`;
}

export function Panel({ title, action, children, ...rest }) {
  return html`<section class="panel" aria-label=${title} ...${rest}>
    <header><h2>${title}</h2>${action}</header>
    ${children}
  </section>`;
}

const ICONS = {
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  tick: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
};

export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
  <path d=${ICONS[name]} />
</svg>`;

export function Copy({ text, what }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      announce(`${what} could not be copied: the browser does not allow it`);
      return;
    }
    setCopied(true);
    announce(`${what} copied`);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return html`<button type="button" class="copy" onClick=${copy} aria-label="Copy ${what}" title="Copy ${what}">
    <${Icon} name=${copied ? "tick" : "copy"} />
  </button>`;
}

// A full id with a copy button, or a short id inside a table; a link if the id has a view.
export function Id({ id, to, what = "id", brief = false }) {
  if (!id) return html`<span class="none">none</span>`;
  const text = brief ? short(id) : id;
  const label = html`<code title=${brief ? id : undefined}>${text}</code>`;
  return html`<span class="id">
    ${to ? html`<a href=${`#/${to}/${id}`}>${label}</a>` : label}${!brief && html`<${Copy} text=${id} what=${what} />`}
  </span>`;
}

// A user's id, or "the system" for the owner of the system wallets.
export const User = ({ id, what = "user id" }) => id === SYSTEM ? "the system" : html`<${Id} id=${id} what=${what} />`;

// A time in the local time zone; a brief one omits the date if it is today.
export function Time({ at, brief = false }) {
  if (!at) return html`<span class="none">not yet</span>`;
  const date = !(brief && isToday(at)) && html`<span>${day(at)},</span> `;
  return html`<time datetime=${at} title=${`${when(at)} here, ${utc(at)}`}>${date}<span>${timeOfDay(at)}</span></time>`;
}

export const Amount = ({ amount, decimals, currency, sign = "" }) =>
  html`<span class="amount" title=${`${amount}${currency ? ` ${currency}` : ""}`}>${sign}${money(amount, decimals)}${currency && html` <span class="unit">${currency}</span>`}</span>`;

const TONES = {
  COMPLETED: "good", PAID: "good", PARTIAL: "warn", REFUSED: "warn", FAILED: "bad",
  QUEUED: "busy", PROCESSING: "busy", PENDING: "busy",
};

export const Badge = ({ tone = "", children }) => html`<span class=${`badge ${tone}`}>${children}</span>`;
export const Status = ({ status }) => html`<${Badge} tone=${TONES[status] ?? ""}>${words(status)}<//>`;

export function Verdict({ tone, title, children, action }) {
  return html`<div class=${`verdict ${tone}`} role=${tone === "bad" ? "alert" : undefined}>
    <${Icon} name=${tone === "good" ? "tick" : "cross"} />
    <div><strong>${title}</strong>${children && html`<p>${children}</p>`}</div>
    ${action}
  </div>`;
}

export const Again = ({ load, label = "Refresh" }) => html`<button
  type="button" class="quiet" disabled=${load.loading} onClick=${load.again}>
  <${Icon} name="again" />${label}
</button>`;

export function Trouble({ error, again }) {
  return html`<div class="trouble" role="alert">
    <strong>${error.title}</strong>
    ${error.detail && html`<p>${error.detail}</p>`}
    ${error.errors.map((fault) => html`<p><code>${fault.pointer}</code> ${fault.detail}</p>`)}
    <${Facts} facts=${[
      error.status > 0 && ["Status", html`${error.status} <code>${error.code}</code>`],
      error.requestId && ["Request", html`<${Id} id=${error.requestId} what="request id" />`],
    ]} />
    ${again && html`<button type="button" onClick=${again}>Try again</button>`}
  </div>`;
}

export const Loading = ({ what }) => html`<p class="loading" role="status">Loading ${what}…</p>`;
export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

// Shows a load: its data, its error above the last known data, or that it is loading. If several
// loads fail for one reason, the view shows the error once and each load is only `unanswered`.
export function Loaded({ load, what, children }) {
  const { data, at, error, again, unanswered = false } = load;
  const trouble = error && !unanswered && html`<${Trouble} error=${error} again=${again} />`;
  if (data === undefined) {
    return trouble || (unanswered ? html`<${Empty}>Not known.<//>` : html`<${Loading} what=${what} />`);
  }
  return html`${trouble}
    ${error && html`<p class="note"><strong>Last known</strong>, from <${Time} at=${at} brief />:</p>`}
    ${children(data)}`;
}

// The loads of one view, with one banner for all requests that the API did not answer.
export function underOneBanner(loads) {
  const isUnanswered = ({ error }) => error?.code === UNREACHABLE;
  const failed = loads.filter(isUnanswered);
  const again = () => failed.forEach((load) => load.again());
  return {
    banner: failed.length > 0 && html`<${Trouble} error=${failed[0].error} again=${again} />`,
    again,
    loads: loads.map((load) => ({ ...load, unanswered: isUnanswered(load) })),
  };
}

// A table. A column is {name, cell, kind}; kind may contain "number", "text" (which wraps) and
// "wide" (hidden on a phone). The broken row can take the focus.
export function Table({ caption, columns, rows, rowClass = () => "" }) {
  return html`<div class="scroll" role="region" aria-label=${caption} tabindex="0">
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(({ name, kind }) => html`<th scope="col" class=${kind}>${name}</th>`)}</tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr key=${row.key ?? row.id} class=${rowClass(row)} data-row=${row.sequence}
          tabindex=${rowClass(row) === "broken" ? -1 : undefined}>
          ${columns.map(({ cell, kind }) => html`<td class=${kind}>${cell(row)}</td>`)}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}

// One page of a list, with links to the pages before and after it. An old address may be past the
// end. A disabled link stays the same element, so that it and its neighbour keep the focus.
export function Paged({ page, to, what, first = "newest", steps = ["Newer", "Older"], children }) {
  const { offset, limit, total } = page;
  if (offset > 0 && offset >= total) {
    return html`<${Empty}>This page is past the end. <a href=${`#/${to}`}>Go to the ${first}</a><//>`;
  }
  const toTop = ({ currentTarget }) => currentTarget.closest(".panel").scrollIntoView();
  const link = (start, rel, text, leads) => html`<a class="button" role="link" rel=${rel}
    href=${leads ? `#/${to}?offset=${Math.max(0, start)}` : undefined} onClick=${leads ? toTop : undefined}
    tabindex=${leads ? undefined : -1} aria-disabled=${leads ? undefined : "true"}>${text}</a>`;
  return html`${children}<nav class="pager" aria-label=${`Pages of ${what}`}>
    <span>${total === 0 ? "None" : `${count(offset + 1)}\u2013${count(Math.min(offset + limit, total))}`} of ${count(total)}</span>
    ${link(offset - limit, "prev", steps[0], offset > 0)}
    ${link(offset + limit, "next", steps[1], offset + limit < total)}
  </nav>`;
}

export const Facts = ({ facts }) => html`<dl class="facts">
  ${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`;

export function Progress({ job }) {
  const { processedItems, totalItems, jobName } = job;
  return html`<span class="progress">
    <progress max=${totalItems} value=${processedItems} aria-label=${`Progress of ${jobName}`}></progress>
    <span class="amount">${Math.floor((100 * processedItems) / totalItems)} %</span>
  </span>`;
}
