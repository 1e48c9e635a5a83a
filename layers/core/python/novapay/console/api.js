// Calls to the API, with the operator's token, which only this tab stores.

const PAGE = "/admin/console";
const TOKEN = "novapay-operator-token";

export const UNREACHABLE = "unreachable";

// The console is served by the API itself, so the API's address is the part before its own path.
export const base = location.pathname.slice(0, location.pathname.lastIndexOf(PAGE));
export const stage = base.split("/").pop() || "API";

export class Problem extends Error {
  constructor({ title, detail, status = 0, code = "", requestId = "", errors = [] }) {
    super(detail || title);
    Object.assign(this, { title, detail, status, code, requestId, errors });
  }
}

const unreachable = () =>
  new Problem({
    title: "The API did not answer",
    detail: "There was no response. Check your connection, and check that the stack is running.",
    code: UNREACHABLE,
  });

let onSignedOut = () => {};

export const session = {
  get token() {
    return sessionStorage.getItem(TOKEN);
  },
  open(token) {
    sessionStorage.setItem(TOKEN, token);
  },
  close(reason = "") {
    sessionStorage.removeItem(TOKEN);
    onSignedOut(reason);
  },
  whenClosed(listener) {
    onSignedOut = listener;
  },
};

export async function ask(path, { token = session.token, signal } = {}) {
  let response;
  try {
    response = await fetch(base + path, {
      headers: { accept: "application/json", "x-admin-token": token },
      cache: "no-store",
      signal,
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
  if (response.ok) return response.json();
  throw await problemOf(response);
}

async function problemOf(response) {
  const requestId = response.headers.get("x-request-id") ?? "";
  const said = await response.json().catch(() => ({}));
  return new Problem({
    title: `The API answered ${response.status}`,
    detail: said.message ?? "",
    requestId,
    ...said,
    status: response.status,
  });
}

// When a token stops working, the session ends, whichever view notices it.
export async function load(path, signal) {
  try {
    return await ask(path, { signal });
  } catch (error) {
    if (error.status === 401) {
      session.close("Your token is no longer accepted. It may have been revoked. Sign in again.");
    }
    throw error;
  }
}

// Returns null if the API answers 404.
export const find = (path, signal) =>
  load(path, signal).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
