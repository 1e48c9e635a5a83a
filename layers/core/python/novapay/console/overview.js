// The first view for the person on call: do the books balance, is the log intact, what is going on?

import { html, useEffect } from "./preact.js";
import { load } from "./api.js";
import { count, decimalsFor, hour, isZero, money, plural, when, words } from "./format.js";
import { Again, Amount, Empty, Heading, Id, Loaded, Panel, Table, Verdict, underOneBanner, useLoad } from "./parts.js";
import { AuditTable, LogVerdict } from "./audit.js";
import { JobTable, LastLook, useJobs } from "./payroll.js";

const JOBS_SHOWN = 6;
const RECORDS_SHOWN = 8;
const VIOLATIONS_SHOWN = 5;

const useAnswer = (path) => useLoad((signal) => load(path, signal), []);

export function Overview() {
  const { loads, banner, again } = underOneBanner([
    useAnswer("/admin/trial-balance"),
    useAnswer("/admin/figures"),
    useAnswer("/admin/audit-logs/chain"),
    useJobs(JOBS_SHOWN),
    useAnswer(`/admin/audit-logs?limit=${RECORDS_SHOWN}`),
  ]);
  const [books, figures, chain, jobs, log] = loads;
  // Jobs are polled all the time; when they load again after a failure, load everything else too.
  useEffect(again, [jobs.at]);
  return html`
    <${Heading} title="Overview" />
    ${banner}
    <div class="columns lead">
      <div class="stack"><${Books} books=${books} /><${Traffic} figures=${figures} /></div>
      <div class="stack"><${Log} chain=${chain} total=${log.data?.total} /><${Jobs} jobs=${jobs} /><${Activity} log=${log} /></div>
    </div>`;
}

function Books({ books }) {
  return html`<${Panel} title="Trial balance" action=${html`<${Again} load=${books} />`}>
    <${Loaded} load=${books} what="the trial balance">${(data) => html`
      <${BooksVerdict} data=${data} />
      ${data.currencies.length > 0 && html`<${Balances} currencies=${data.currencies} />`}
    `}<//>
  <//>`;
}

function BooksVerdict({ data }) {
  const taken = `${plural(data.wallets, "wallet")}, as of ${when(data.asOf)}`;
  const off = data.currencies.filter(({ sum }) => !isZero(sum));
  if (data.balanced) {
    const all = data.currencies.length === 1 ? "The currency sums" : "All currencies sum";
    return html`<${Verdict} tone="good" title="The books balance">
      ${data.currencies.length > 0 ? `${all} to zero: ` : ""}${taken}.
    <//>`;
  }
  const sums = off.map(({ currency, sum }) => `${currency} by ${money(sum)}`).join(", ");
  return html`<${Verdict} tone="bad" title="The books do not balance">
    ${sums && `Off: ${sums}. `}${data.violations.length > 0 && html`<${Violations} data=${data} />`}
    Something changed the tables without a posting; check the chains of the wallets concerned. ${taken}.
  <//>`;
}

function Violations({ data }) {
  const more = data.violationsTotal - VIOLATIONS_SHOWN;
  return html`Cannot be trusted: ${data.violations.slice(0, VIOLATIONS_SHOWN).map(({ walletId, reason }, at) => html`
    ${at > 0 && ", "}<a href=${`#/wallets/${encodeURIComponent(walletId)}`}>${walletId}</a> (${words(reason).toLowerCase()})`)}${
    more > 0 ? ` and ${more} more` : ""}. `;
}

const KINDS = [["Clients", "clients"], ["Settlement", "settlement"], ["Liquidity", "liquidity"], ["Float", "float"], ["Held", "held"]];

function Balances({ currencies }) {
  const kinds = [...KINDS, ["Sum", "sum"]];
  const decimals = Object.fromEntries(
    kinds.map(([, kind]) => [kind, decimalsFor(currencies.map((row) => row[kind]))]),
  );
  const columns = [
    { name: "Currency", cell: (row) => row.currency },
    ...kinds.map(([name, kind]) => ({
      name,
      kind: `number ${kind}`,
      cell: (row) => html`<${Amount} amount=${row[kind]} decimals=${decimals[kind]} />`,
    })),
  ];
  const rows = currencies.map((row) => ({ ...row, key: row.currency }));
  return html`<${Table} caption="Balances by currency and kind of wallet" columns=${columns} rows=${rows}
    rowClass=${({ sum }) => (isZero(sum) ? "" : "broken")} />`;
}

function Log({ chain, total }) {
  return html`<${Panel} title="Audit log" action=${html`<${Again} load=${chain} label="Check again" />`}>
    <${Loaded} load=${chain} what="the audit log's chain">${(data) => html`<${LogVerdict} chain=${data} total=${total} />`}<//>
  <//>`;
}

const Traffic = ({ figures }) => html`<${Panel} title="Last 24 hours" action=${html`<${Again} load=${figures} />`}>
  <${Loaded} load=${figures} what="the figures">${(data) => html`<${Figures} data=${data} />`}<//>
<//>`;

const UNBALANCED = "refused_unbalanced_posting";
const VIOLATIONS = "ledger_invariant_violations_total";
const TILES = [
  ["transfers_completed", "Transfers"],
  ["fx_transfers_completed", "FX transfers"],
  ["transfers_refused", "Refused"],
  ["replays", "Replays"],
  ["payroll_items_paid", "Salaries paid"],
  ["payroll_items_failed", "Salaries failed"],
  [UNBALANCED, "Unbalanced postings refused"],
];

function Figures({ data }) {
  const byName = Object.fromEntries(data.figures.map((figure) => [figure.name, figure]));
  const faults = faultsIn(data, byName);
  if (faults.length === 0 && data.figures.every(({ total }) => total === 0)) {
    return html`<${Empty}>
      Nothing was counted since ${when(data.since)}. Figures follow traffic by about a minute:
      make a transfer, then refresh.
    <//>`;
  }
  const refusals = data.figures
    .filter(({ name, total }) => name.startsWith("refused_") && name !== UNBALANCED && total > 0)
    .sort((a, b) => b.total - a.total);
  const checks = html`<${Tile} label="Failed ledger checks" total=${faults.length} isAlarm=${faults.length > 0} />`;
  return html`
    <dl class="tiles">
      ${faults.length > 0 && checks}
      ${TILES.map(([name, label]) => html`<${Tile} label=${label} total=${byName[name].total} />`)}
      ${faults.length === 0 && checks}
    </dl>
    ${faults.length > 0 && html`<${Faults} faults=${faults} />`}
    <${Chart} data=${data} byName=${byName} />
    <${Refusals} refusals=${refusals} />`;
}

const Tile = ({ label, total, isAlarm = false }) => html`<div class=${isAlarm ? "alarm" : ""}>
  <dt>${label}</dt><dd>${count(total)}</dd>
</div>`;

// Each fault counts once, however often a check found it. An unbalanced posting also counts as a
// violation, but it was refused and changed nothing. CloudWatch names a new fault some minutes after
// it has counted it; until then the list shows one fault without a place.
const UNNAMED = { kind: "unnamed" };

function faultsIn({ faults }, byName) {
  const isUnnamed = faults.length === 0 && byName[VIOLATIONS].total > byName[UNBALANCED].total;
  return isUnnamed ? [UNNAMED] : faults;
}

const PLACES = {
  wallet: ({ id, sequence }) => html`${sequence === null ? "Wallet" : `Entry ${count(sequence)} of wallet`} <${Id} id=${id} to="wallets" brief />`,
  transaction: ({ id }) => html`Transaction <${Id} id=${id} to="transactions" brief />`,
  "payroll-job": ({ id }) => html`Payroll job <${Id} id=${id} to="payroll" brief />`,
  "trial-balance": ({ id }) => html`Trial balance of ${id}`,
  "audit-log": ({ sequence }) => html`${sequence === null ? "" : `Record ${count(sequence)} of the `}<a href="#/audit">${sequence === null ? "Audit" : "audit"} log</a>`,
  other: () => "Elsewhere",
  unnamed: () => "Not named yet: CloudWatch names a new fault within 15 minutes; the log names it at once",
};

const Faults = ({ faults }) => html`<ul class="faults" aria-label="Failed ledger checks">
  ${faults.map((fault) => html`<li>${PLACES[fault.kind](fault)}${fault.reason && `: ${words(fault.reason).toLowerCase()}`}</li>`)}
</ul>`;

const CHART = { width: 480, height: 96, gap: 3 };

function Chart({ data, byName }) {
  const done = byName.transfers_completed.hourly.map((n, i) => n + byName.fx_transfers_completed.hourly[i]);
  const refused = byName.transfers_refused.hourly;
  const top = Math.max(1, ...done.map((n, i) => n + refused[i]));
  const step = CHART.width / done.length;
  const height = (n) => (CHART.height * n) / top;
  const startOf = (i) => new Date(new Date(data.since).getTime() + i * data.periodSeconds * 1000);
  return html`<figure class="chart">
    <svg viewBox=${`0 0 ${CHART.width} ${CHART.height}`} preserveAspectRatio="none" role="img"
      aria-label=${`Transfers by the hour; at most ${plural(top, "transfer")} in one`}>
      ${done.map((n, i) => html`<g>
        <title>${hour(startOf(i))}: ${count(n)} completed, ${count(refused[i])} refused</title>
        <rect class="none" x=${i * step} y="0" width=${step - CHART.gap} height=${CHART.height} />
        <rect class="good" x=${i * step} y=${CHART.height - height(n)} width=${step - CHART.gap} height=${height(n)} />
        <rect class="bad" x=${i * step} y=${CHART.height - height(n + refused[i])} width=${step - CHART.gap} height=${height(refused[i])} />
      </g>`)}
    </svg>
    <figcaption>
      <span>${hour(startOf(0))}</span>
      <span class="legend"><i class="good"></i>completed <i class="bad"></i>refused; busiest hour: ${count(top)}</span>
      <span>now</span>
    </figcaption>
  </figure>`;
}

function Refusals({ refusals }) {
  if (refusals.length === 0) return html`<${Empty}>No transfer was refused.<//>`;
  const most = refusals[0].total;
  return html`<table class="bars">
    <caption>Why transfers were refused</caption>
    <tbody>${refusals.map(({ name, total }) => html`<tr key=${name}>
      <th scope="row">${words(name.replace("refused_", ""))}</th>
      <td><progress max=${most} value=${total} aria-hidden="true"></progress></td>
      <td class="number">${count(total)}</td>
    </tr>`)}</tbody>
  </table>`;
}

const Jobs = ({ jobs }) => html`<${Panel} title="Payroll" action=${html`<a href="#/payroll">All jobs</a>`}>
  <${Loaded} load=${jobs} what="payroll jobs">${(data) => html`
    <${LastLook} jobs=${jobs} />
    <${JobTable} jobs=${data} brief />
  `}<//>
<//>`;

const Activity = ({ log }) => html`<${Panel} title="Recent admin activity" action=${html`<a href="#/audit">Whole log</a>`}>
  <${Loaded} load=${log} what="admin activity">${(data) => html`<${AuditTable} records=${data.logs} brief />`}<//>
<//>`;
