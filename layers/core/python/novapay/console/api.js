// The API as the console asks it: with the operator's token, which only this tab remembers.

const PAGE = "/admin/console";
const TOKEN = "novapay-operator-token";

export const UNREACHABLE = "unreachable";

// Wherever the API is deployed, the console is part of it.
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
    detail: "Nothing came back. Check your connection and whether the stack is running.",
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

// A token that stops working ends the session, whichever view finds out.
export async function load(path, signal) {
  try {
    return await ask(path, { signal });
  } catch (error) {
    if (error.status === 401) {
      session.close("Your token is not accepted any more. It may have been revoked: sign in again.");
    }
    throw error;
  }
}

// Null where the API says that there is no such thing.
export const find = (path, signal) =>
  load(path, signal).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
