// The audit log: who did what, and whether the log was changed.

import { html } from "./preact.js";
import { load } from "./api.js";
import { breakOf, count, isUuid, plural } from "./format.js";
import { Badge, Empty, Heading, Id, Loaded, Again, Paged, Panel, Table, Time, Verdict, useLoad, useShow } from "./parts.js";

const PAGE_SIZE = 50;

export function Audit({ offset }) {
  const log = useLoad((signal) => load(`/admin/audit-logs?limit=${PAGE_SIZE}&offset=${offset}`, signal), [offset]);
  const chain = useLoad((signal) => load("/admin/audit-logs/chain", signal), []);
  const show = useShow(log.data);
  return html`
    <${Heading} title="Audit log" />
    <${Panel} title="Chain" action=${html`<${Again} load=${chain} label="Check again" />`}>
      <${Loaded} load=${chain} what="the chain check">${(data) => html`<${LogVerdict} chain=${data} total=${log.data?.total} onShow=${show} />`}<//>
    <//>
    <${Panel} title="Records" action=${html`<${Again} load=${log} />`}>
      <${Loaded} load=${log} what="the audit log">${(data) => html`
        <${Paged} page=${data} to="audit" what="the audit log">
          <${AuditTable} records=${data.logs} broken=${chain.data && breakOf(chain.data, "record")?.at} />
        <//>
      `}<//>
    <//>`;
}

export function LogVerdict({ chain, total, onShow }) {
  if (chain.valid) {
    return html`<${Verdict} tone="good" title="The audit log is intact">
      ${plural(chain.entriesChecked, "record")} checked, each linked to the one before it.
    <//>`;
  }
  const { at, title, detail } = breakOf(chain, "record");
  const offset = total === undefined ? 0 : Math.max(0, Math.floor((total - at) / PAGE_SIZE) * PAGE_SIZE);
  const link = html`<a class="button" href=${`#/audit?offset=${offset}`} onClick=${onShow}>Show it</a>`;
  return html`<${Verdict} tone="bad" title=${title} action=${link}>${detail}<//>`;
}

const ROUTES = {
  inspect_wallet: "wallets", reveal_account_number: "wallets", list_wallet_transactions: "wallets",
  audit_chain: "wallets", audit_entries: "wallets",
  freeze_any_wallet: "wallets", unfreeze_any_wallet: "wallets", close_any_wallet: "wallets",
  inspect_transaction: "transactions", audit_transaction: "transactions", list_transaction_entries: "transactions",
  inspect_job: "payroll", inspect_job_items: "payroll",
};

const Target = ({ record: { action, target } }) =>
  target === null
    ? html`<span class="none">none</span>`
    : isUuid(target)
      ? html`<${Id} id=${target} to=${ROUTES[action]} brief />`
      : html`<code>${target}</code>`;

const COLUMNS = [
  { name: "#", kind: "number key", cell: ({ sequence }) => count(sequence) },
  { name: "When", kind: "time", cell: ({ occurredAt }) => html`<${Time} at=${occurredAt} />` },
  { name: "Operator", cell: ({ actor }) => actor },
  { name: "Action", cell: ({ action }) => html`<code>${action}</code>` },
  { name: "Target", cell: (record) => html`<${Target} record=${record} />` },
  { name: "From", kind: "wide", cell: ({ sourceIp }) => sourceIp ?? html`<span class="none">unknown</span>` },
  { name: "Status", kind: "number", cell: ({ status }) => html`<${Badge} tone=${status < 400 ? "" : "bad"}>${status}<//>` },
  { name: "Request", kind: "wide", cell: ({ requestId }) => html`<${Id} id=${requestId} brief />` },
];
const BRIEF_COLUMNS = [
  { name: "When", cell: ({ occurredAt }) => html`<${Time} at=${occurredAt} brief />` },
  ...COLUMNS.filter(({ name }) => ["Operator", "Action", "Status"].includes(name)),
];

export function AuditTable({ records, broken, brief = false }) {
  if (records.length === 0) return html`<${Empty}>No admin call has been made yet.<//>`;
  return html`<${Table} caption="Admin calls, newest first" columns=${brief ? BRIEF_COLUMNS : COLUMNS} rows=${records}
    rowClass=${({ sequence }) => (sequence === broken ? "broken" : "")} />`;
}
