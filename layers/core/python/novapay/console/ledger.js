// The views of a wallet, with its statement and chain, and of a transaction, with its entries.

import { html, useEffect, useRef, useState } from "./preact.js";
import { find, load } from "./api.js";
import { breakOf, count, decimalsFor, plural, withAmounts, words } from "./format.js";
import {
  Again, Amount, Badge, Empty, Facts, Heading, Id, Loaded, Paged, Panel, Status, Table, Time, Trouble, User, Verdict,
  useLoad, useShow,
} from "./parts.js";

const PAGE_SIZE = 25;
// Entries of the longest chain that is checked automatically; a longer one is checked on request,
// because a check reads the wallet's whole history.
const CHECKED_UNASKED = 2000;

export const Missing = ({ what, id, children }) => html`<${Empty}>
  No ${what} has the id <code>${id}</code>. ${children ?? html`<a href=${`#/search/${id}`}>Search everywhere</a>`}
<//>`;

export function Wallet({ id, offset }) {
  const wallet = useLoad((signal) => find(`/admin/wallets/${id}`, signal), [id]);
  const known = wallet.data;
  return html`
    <${Heading} title=${known ? `${words(known.kind)} wallet` : "Wallet"}>
      ${known && html`<${Badge} tone=${known.isActive ? "good" : "bad"}>${words(known.status)}<//>`}
    <//>
    <${Loaded} load=${wallet} what="the wallet">${(data) => data === null
      ? html`<${Missing} what="wallet" id=${id} />`
      : html`<${History} wallet=${data} again=${wallet} offset=${offset} />`
    }<//>`;
}

function Account({ wallet, load: again }) {
  return html`<${Panel} title="Balance" action=${html`<${Again} load=${again} />`}>
    <p class="balance"><${Amount} amount=${wallet.balance} currency=${wallet.currency} /></p>
    <${Facts} facts=${[
      ["Wallet", html`<${Id} id=${wallet.id} what="wallet id" />`],
      ["Owner", html`<${User} id=${wallet.userId} what="owner id" />`],
      wallet.accountNumber && ["Account number", html`<${AccountNumber} wallet=${wallet} />`],
      ["Entries", count(wallet.sequence)],
      ["Last posting", wallet.sequence > 0 ? html`<${Time} at=${wallet.postedAt} />` : "none yet"],
      ["Opened", html`<${Time} at=${wallet.createdAt} />`],
    ]} />
  <//>`;
}

// The full number is shown on request only, by a separate call that the audit log records.
function AccountNumber({ wallet: { id, accountNumber } }) {
  const [asked, setAsked] = useState(null);
  const isAsked = asked === id;
  const load = useLoad(
    (signal) => (isAsked ? find(`/admin/wallets/${id}/account-number`, signal) : Promise.resolve(null)),
    [id, isAsked],
  );
  const revealed = isAsked && load.data?.id === id ? load.data.accountNumber : null;
  const number = useRef();
  // The pressed button has disappeared, and the focus with it.
  useEffect(() => {
    if (revealed !== null && !document.activeElement?.matches("input")) number.current.focus();
  }, [revealed]);
  return html`
    <code ref=${number} tabindex="-1">${revealed ?? accountNumber}</code>
    ${revealed === null && html` <button type="button" class="quiet" disabled=${isAsked && load.loading}
      onClick=${() => (isAsked ? load.again() : setAsked(id))}
      title="Shows the full number; the audit log records it">Reveal</button>`}
    ${isAsked && load.error && html`<${Trouble} error=${load.error} />`}`;
}

function History({ wallet, again, offset }) {
  const { id, sequence } = wallet;
  const [asked, setAsked] = useState(null);
  const checks = sequence <= CHECKED_UNASKED || asked === id;
  const page = useLoad(
    (signal) => load(`/admin/ledger/entries/${id}?limit=${PAGE_SIZE}&offset=${offset}`, signal),
    [id, offset, sequence],
  );
  const chain = useLoad(
    (signal) => (checks ? load(`/admin/ledger/chain/${id}`, signal) : Promise.resolve(null)),
    [id, sequence, checks],
  );
  const show = useShow(page.data);
  const check = html`<button type="button" class="quiet" onClick=${() => setAsked(id)}>Check</button>`;
  return html`
    <div class="columns lead">
      <${Account} wallet=${wallet} load=${again} />
      <${Panel} title="Hash chain" action=${checks ? html`<${Again} load=${chain} label="Check again" />` : check}>
        <${Loaded} load=${chain} what="the chain check">${(data) => data === null
          ? html`<${Empty}>Not checked automatically, because the check reads all ${plural(sequence, "entry", "entries")}.<//>`
          : html`<${ChainVerdict} chain=${data} wallet=${wallet} onShow=${show} />`
        }<//>
      <//>
    </div>
    <${Panel} title="Statement" action=${html`<${Again} load=${page} />`}>
      <${Loaded} load=${page} what="the statement">${(data) => html`
        <${Statement} page=${data} wallet=${wallet} chain=${chain.data} />
      `}<//>
    <//>`;
}

function ChainVerdict({ chain, wallet, onShow }) {
  const checked = plural(chain.entriesChecked, "entry", "entries");
  if (chain.valid && chain.entriesChecked === 0) return html`<${Empty}>Nothing has been posted yet.<//>`;
  if (chain.valid) {
    return html`<${Verdict} tone="good" title="The chain is intact">
      ${checked} checked, each linked to the one before it.
    <//>`;
  }
  const { at, title, detail } = breakOf(chain, "entry", "entries");
  const offset = Math.max(0, Math.floor((wallet.sequence - at) / PAGE_SIZE) * PAGE_SIZE);
  const link = html`<a class="button" href=${`#/wallets/${wallet.id}?offset=${offset}`} onClick=${onShow}>Show it</a>`;
  return html`<${Verdict} tone="bad" title=${title} action=${link}>${detail}<//>`;
}

// A missing entry has no row to point at, so a row is inserted in its place.
function withGap(entries, broken, { total, offset, limit }) {
  const rows = entries.map((entry) => ({ ...entry, key: entry.sequence }));
  const isOnPage = broken !== null && broken <= total - offset && broken > total - offset - limit;
  if (!isOnPage || rows.some(({ sequence }) => sequence === broken)) return rows;
  const older = rows.findIndex(({ sequence }) => sequence < broken);
  const at = older === -1 ? rows.length : older;
  return [...rows.slice(0, at), { key: "gap", sequence: broken, isGap: true }, ...rows.slice(at)];
}

function Statement({ page, wallet, chain }) {
  if (page.total === 0) return html`<${Empty}>Nothing has been posted to this wallet yet.<//>`;
  const broken = (chain && breakOf(chain, "entry", "entries")?.at) ?? null;
  const rows = withGap(page.entries, broken, page);
  const isBroken = ({ sequence }) => sequence === broken;
  return html`<${Paged} page=${page} to=${`wallets/${wallet.id}`} what="the statement">
    <${Table} caption="Entries, newest first" columns=${entryColumns(page.entries, { isBroken, isStatement: true })}
      rows=${rows} rowClass=${(row) => (isBroken(row) ? "broken" : "")} />
  <//>`;
}

const unlessGone = (cell) => (row) => (row.isGap ? "" : cell(row));

function entryColumns(entries, { isBroken, isStatement = false }) {
  const decimals = decimalsFor(entries.map(({ amount }) => amount));
  const decimalsAfter = decimalsFor(entries.map(({ balanceAfter }) => balanceAfter));
  const number = (row) => html`${isBroken(row) && html`<span class="pointer">${row.isGap ? "missing" : "broken here"}</span>`}${count(row.sequence)}`;
  const column = (name, kind, cell) => ({ name, kind, cell: unlessGone(cell) });
  return [
    { name: "#", kind: "number key", cell: number },
    isStatement
      ? column("When", "time", ({ createdAt }) => html`<${Time} at=${createdAt} />`)
      : column("Wallet", "", ({ walletId }) => html`<${Id} id=${walletId} to="wallets" brief />`),
    column("Entry", "wide", ({ entryType }) => words(entryType)),
    column("Amount", "number", (row) => html`<${Amount} amount=${row.amount} decimals=${decimals}
      sign=${row.entryType === "DEBIT" ? "\u2212" : "+"} currency=${isStatement ? "" : row.currency} />`),
    column("Balance after", "number", (row) => html`<${Amount} amount=${row.balanceAfter} decimals=${decimalsAfter} />`),
    isStatement && column("Transaction", "", ({ transactionId }) => html`<${Id} id=${transactionId} to="transactions" brief />`),
    column("Description", "text wide", ({ description }) => description ?? html`<span class="none">none</span>`),
  ].filter(Boolean);
}

export function Transaction({ id }) {
  const transaction = useLoad((signal) => find(`/admin/transactions/${id}`, signal), [id]);
  const known = transaction.data;
  return html`
    <${Heading} title=${known ? words(known.type) : "Transaction"}>${known && html`<${Status} status=${isRefused(known) ? "REFUSED" : known.status} />`}<//>
    <${Loaded} load=${transaction} what="the transaction">${(data) => data === null
      ? html`<${Missing} what="transaction" id=${id} />`
      : isRefused(data)
        ? html`<${Order} transaction=${data} /><${Refused} />`
        : html`<${Posted} transaction=${data} />`
    }<//>`;
}

const isRefused = ({ status }) => status === "FAILED";

function Order({ transaction, entries }) {
  const { amount, currency, failureCode, failureReason, type } = transaction;
  const wallet = (id) => html`<${Id} id=${id} to="wallets" what="wallet id" />`;
  const user = (id) => html`<${User} id=${id} />`;
  return html`<${Panel} title="What was asked">
    ${failureCode && html`<${Verdict} tone="warn" title=${`Refused: ${words(failureCode).toLowerCase()}`}>${withAmounts(failureReason)}<//>`}
    ${transaction.fxRate && entries?.length === 2
      ? html`<p class="balance">${entries.map((entry, i) => html`${i > 0 && " \u2192 "}<${Amount} amount=${entry.amount} currency=${entry.currency} />`)}</p>`
      : amount && html`<p class="balance"><${Amount} amount=${amount} currency=${currency} /></p>`}
    <${Facts} facts=${[
      transaction.senderWalletId && ["From wallet", wallet(transaction.senderWalletId)],
      transaction.recipientWalletId && ["To wallet", wallet(transaction.recipientWalletId)],
      transaction.senderUserId && ["Sender", user(transaction.senderUserId)],
      transaction.recipientUserId && ["Recipient", user(transaction.recipientUserId)],
      transaction.fxRate && ["Locked rate", html`<code>${transaction.fxRate}</code>`],
      transaction.fxQuoteId && ["Quote", html`<${Id} id=${transaction.fxQuoteId} what="quote id" />`],
      transaction.linkedTransactionId && [
        type === "fx_house" ? "Client's side" : "House side",
        html`<${Id} id=${transaction.linkedTransactionId} to="transactions" what="transaction id" />`,
      ],
      transaction.idempotencyKey && ["Idempotency key", html`<${Id} id=${transaction.idempotencyKey} what="idempotency key" />`],
      transaction.description && ["Description", transaction.description],
      ["Transaction", html`<${Id} id=${transaction.transactionId} what="transaction id" />`],
      ["Decided", html`<${Time} at=${transaction.createdAt} />`],
    ]} />
  <//>`;
}

const Refused = () => html`<${Panel} title="Entries">
  <${Empty}>The transfer was refused, so no money moved and there are no entries. A retry with the same idempotency key gets the same refusal.<//>
<//>`;

function Posted({ transaction }) {
  const id = transaction.transactionId;
  const entries = useLoad((signal) => load(`/admin/ledger/transactions/${id}`, signal).then(marked), [id]);
  const check = useLoad((signal) => load(`/admin/ledger/verify/${id}`, signal), [id]);
  const both = { loading: check.loading || entries.loading, again: () => [check, entries].forEach(({ again }) => again()) };
  return html`<${Order} transaction=${transaction} entries=${entries.data} />
    <${Panel} title="Entries" action=${html`<${Again} load=${both} label="Verify again" />`}>
      <${Loaded} load=${check} what="the ledger check">${(data) => data.balanced
        ? html`<${Verdict} tone="good" title="Balanced">Its entries are those that were posted, and ${transaction.fxRate
            ? "the second is the first at the locked rate"
            : "they sum to zero"}.<//>`
        : html`<${Imbalance} reason=${data.reason} transaction=${transaction} entries=${entries.loading ? null : entries.data ?? []} />`
      }<//>
      <${Loaded} load=${entries} what="the entries">${(data) => html`
        <${Table} caption="Entries of the transaction" columns=${entryColumns(data, { isBroken })} rows=${data}
          rowClass=${(row) => (isBroken(row) ? "broken" : "")} />
      `}<//>
    <//>`;
}

const IMBALANCES = {
  "missing-entry": "An entry is missing",
  "malformed-entry": "An entry cannot be read as NovaPay wrote it",
  "changed-entry": "An entry is not as it was posted",
  "unequal-sides": "The debits do not equal the credits",
  "changed-transaction": "The transaction's own record does not match its entries",
};

// Names the changed entry if its hash shows it; otherwise names the wallets whose chains to check.
// It names nothing until the entries have loaded (null).
function Imbalance({ reason, transaction, entries }) {
  const changed = entries?.filter(isBroken) ?? [];
  const wallets = [transaction.senderWalletId, transaction.recipientWalletId].filter(Boolean);
  const wallet = (id) => html`<${Id} id=${id} to="wallets" brief />`;
  const where = entries === null ? "" : changed.length > 0
    ? changed.map(({ sequence, walletId }) => html` Entry ${count(sequence)} of wallet ${wallet(walletId)} was changed.`)
    : wallets.map((id, i) => html`${i > 0 ? " and " : " See the chain of wallet "}${wallet(id)}`);
  return html`<${Verdict} tone="bad" title="Not balanced">${IMBALANCES[reason] ?? words(reason)}.${where}<//>`;
}

const isBroken = ({ isChanged }) => isChanged;

// The fields that an entry's hash covers, in this order; version 1 had no transactionHash:
// docs/ledger-format.md.
const HASHED = [
  "amount", "balanceAfter", "createdAt", "currency", "descriptionCommitment", "entryId", "entryType",
  "lockedFxRate", "previousHash", "sequence", "transactionHash", "transactionId", "userId", "version",
  "walletId",
];
const HASHED_BEFORE = HASHED.filter((name) => name !== "transactionHash");

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The API reports that an entry was changed but not which one, so the page computes the hashes
// itself. Browsers allow that only on pages served over HTTPS or from this machine.
const marked = (entries) => !crypto.subtle ? entries : Promise.all(entries.map(async (entry) => {
  const { id, hash, version, description, descriptionSalt, descriptionCommitment } = entry;
  const isChanged =
    hash !== (await sha256(JSON.stringify({ ...entry, entryId: id }, version === 1 ? HASHED_BEFORE : HASHED))) ||
    (description !== null && !/^[0-9a-f]{32}$/.test(descriptionSalt)) ||
    (description !== null && descriptionCommitment !== (await sha256(descriptionSalt + description)));
  return { ...entry, isChanged };
}));
