// The whole page: the sign-in form, and the view that the address names.
//
// Handlers for keys and addresses are layout effects, so that they work as soon as the page is seen.

import { html, render, useEffect, useLayoutEffect, useRef, useState } from "./preact.js";
import { ask, find, session, stage } from "./api.js";
import { isUuid, uuidIn, zone } from "./format.js";
import { Audit } from "./audit.js";
import { Missing, Transaction, Wallet } from "./ledger.js";
import { Overview } from "./overview.js";
import { Empty, Heading, Loaded, Trouble, useLoad } from "./parts.js";
import { Job, Payroll } from "./payroll.js";

const TOKEN_LOOKS_LIKE = /^[\x21-\x7e]{1,200}$/;

const NAVIGATION = [["", "Overview"], ["payroll", "Payroll"], ["audit", "Audit log"]];

function placeOf(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", id = ""] = path.split("/");
  const offset = Number.parseInt(new URLSearchParams(query).get("offset"), 10);
  try {
    return { view, id: decodeURIComponent(id), offset: offset > 0 ? offset : 0 };
  } catch {
    return { view: "malformed", id: "", offset: 0 };
  }
}

function usePlace() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useLayoutEffect(() => {
    const move = () => setPlace(placeOf(location.hash));
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  return place;
}

function View({ view, id, offset }) {
  if (view === "") return html`<${Overview} />`;
  if (view === "audit") return html`<${Audit} offset=${offset} />`;
  if (view === "payroll" && !id) return html`<${Payroll} />`;
  if (view === "search") return html`<${Found} key=${id} id=${id} />`;
  const About = { wallets: Wallet, transactions: Transaction, payroll: Job }[view];
  if (About && isUuid(id)) return html`<${About} key=${id} id=${id.toLowerCase()} offset=${offset} />`;
  return html`<${Heading} title="Nothing here" /><${Empty}>
    This address does not lead to a view. <a href="#/">Go to the overview</a>, or search for an id above.
  <//>`;
}

// An id does not show what it names, so each kind is requested in turn; the audit log records each.
const KINDS = [["wallets", "/admin/wallets/"], ["transactions", "/admin/transactions/"], ["payroll", "/admin/payroll/jobs/"]];

async function kindOf(id, signal) {
  for (const [view, path] of KINDS) {
    if (await find(path + id, signal)) return view;
  }
  return null;
}

function Found({ id }) {
  const valid = isUuid(id);
  const kind = useLoad((signal) => (valid ? kindOf(id, signal) : Promise.resolve(null)), [id]);
  useEffect(() => {
    if (kind.data) location.replace(`#/${kind.data}/${id}`);
  }, [kind.data]);
  return html`<${Heading} title="Search" />
    <${Loaded} load=${kind} what="what has this id">${(data) => data
      ? ""
      : valid
        ? html`<${Missing} what="wallet, transaction or payroll job" id=${id}>
            Ids of users, employers, quotes and requests cannot be searched.
          <//>`
        : html`<${Empty}><code>${id}</code> is not an id. An id has 32 hex digits in five groups, as in <code>3f2b8c1e-0d4a-4b7e-9c55-1a2b3c4d5e6f</code>.<//>`
    }<//>`;
}

function Search() {
  const field = useRef();
  useLayoutEffect(() => {
    const focus = (event) => {
      const isTyping = event.target.closest("input, textarea, select");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  const submit = (event) => {
    event.preventDefault();
    const text = field.current.value.trim();
    if (!text) return;
    field.current.value = "";
    field.current.blur();
    location.hash = `#/search/${encodeURIComponent(uuidIn(text) ?? text)}`;
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <input ref=${field} type="search" name="id" autocomplete="off" spellcheck=${false} autocapitalize="off"
      aria-label="Search for the id of a wallet, transaction or payroll job"
      aria-keyshortcuts="/" placeholder="Wallet, transaction or job id" />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}

function Shell() {
  const place = usePlace();
  const here = place.view === "search" ? null : place.view;
  return html`
    <a class="skip" href="#main" onClick=${(event) => {
      event.preventDefault();
      document.querySelector("h1").focus();
    }}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/"><${Mark} />NovaPay <span class="stage">${stage}</span></a>
      <nav aria-label="Views">${NAVIGATION.map(([view, name]) => html`
        <a href=${`#/${view}`} aria-current=${here === view ? "page" : undefined}>${name}</a>`)}
      </nav>
      <${Search} />
      <button type="button" class="quiet out" onClick=${() => session.close()}>Sign out</button>
    </header>
    <main id="main"><${View} ...${place} /></main>
    <footer class="foot note">Times are local (${zone()}).</footer>
    <p id="announcer" class="unseen" role="status"></p>`;
}

const Mark = () => html`<img src="console/icon.svg" alt="" width="24" height="24" />`;

function SignIn({ reason, onSignedIn }) {
  const field = useRef();
  const [state, setState] = useState({ busy: false, wrong: "", error: null });
  useLayoutEffect(() => {
    document.title = "Sign in · NovaPay console";
    field.current.focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    const token = field.current.value.trim();
    if (!TOKEN_LOOKS_LIKE.test(token)) {
      setState({ busy: false, wrong: token ? "A token has at most 200 characters, without spaces or accented letters." : "Paste your operator token first.", error: null });
      field.current.focus();
      return;
    }
    setState({ busy: true, wrong: "", error: null });
    try {
      await ask("/admin/audit-logs?limit=1", { token });
      session.open(token);
      onSignedIn();
    } catch (error) {
      const wrong = error.status === 401 ? "This is not the token of an operator. Copy all of it and try again." : "";
      setState({ busy: false, wrong, error: wrong ? null : error });
      field.current.select();
    }
  };
  return html`<main class="signin">
    <h1><${Mark} />NovaPay <span class="stage">${stage}</span></h1>
    ${reason && html`<p class="trouble" role="alert">${reason}</p>`}
    <form onSubmit=${submit} novalidate>
      <label for="token">Operator token</label>
      <input ref=${field} id="token" type="password" autocomplete="off" spellcheck=${false} aria-describedby="wrong hint"
        aria-invalid=${state.wrong ? "true" : undefined} />
      <p id="wrong" class="wrong" role="alert">${state.wrong}</p>
      <button type="submit" class="main" disabled=${state.busy}>${state.busy ? "Checking…" : "Sign in"}</button>
    </form>
    ${state.error && html`<${Trouble} error=${state.error} />`}
    <p id="hint" class="note">
      The token is deleted when you close this tab. The audit log records every call that you make.
      ${stage === "local" && html` For the local stack, the token is <code>adminToken</code> in <code>.local/outputs.json</code>.`}
    </p>
  </main>`;
}

function App() {
  const [signedIn, setSignedIn] = useState(session.token !== null);
  const [reason, setReason] = useState("");
  useLayoutEffect(() => session.whenClosed((said) => {
    setReason(said);
    setSignedIn(false);
  }), []);
  return signedIn
    ? html`<${Shell} />`
    : html`<${SignIn} reason=${reason} onSignedIn=${() => setSignedIn(true)} />`;
}

render(html`<${App} />`, document.body);
