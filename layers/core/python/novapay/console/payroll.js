// Payroll jobs: their progress, live while they run, and the items that could not be paid.

import { html } from "./preact.js";
import { find, load } from "./api.js";
import { count, decimalsFor, minus, plural, words } from "./format.js";
import {
  Again, Amount, Empty, Facts, Heading, Id, Loaded, Paged, Panel, Progress, Status, Table, Time, Verdict, useLoad,
  usePolling,
} from "./parts.js";
import { Missing } from "./ledger.js";

const OPEN_POLL_MS = 2000;
// Milliseconds between requests while no job is open; each request is a line of the audit log.
const IDLE_POLL_MS = 30_000;
const JOBS_MAX = 100;
const ITEMS_SHOWN = 50;
const ITEMS_AT_ONCE = 1000;
const BATCH_ITEMS = 24;

const isOpen = ({ status }) => status === "QUEUED" || status === "PROCESSING";

// The newest jobs, and how many of them are open; polling also finds jobs that start later.
export function useJobs(limit) {
  const jobs = useLoad((signal) => load(`/admin/payroll/jobs?limit=${limit}`, signal), []);
  const open = (jobs.data ?? []).filter(isOpen).length;
  usePolling(jobs, open > 0 ? OPEN_POLL_MS : IDLE_POLL_MS);
  return { ...jobs, open };
}

// A screen reader announces a change of the number of open jobs, but not every poll.
export const LastLook = ({ jobs: { open, at }, children }) => html`<p class="note">
  <span role="status">${open > 0 ? `${plural(open, "job")} ${open === 1 ? "was" : "were"} open` : "No job was open"}</span> at <${Time} at=${at} brief />.${children}
</p>`;

export function Payroll() {
  const jobs = useJobs(JOBS_MAX);
  return html`
    <${Heading} title="Payroll" />
    <${Panel} title="Jobs" action=${html`<${Again} load=${jobs} />`}>
      <${Loaded} load=${jobs} what="payroll jobs">${(data) => html`
        <${LastLook} jobs=${jobs}> The newest ${JOBS_MAX} are listed; open an older one by its id.<//>
        <${JobTable} jobs=${data} />
      `}<//>
    <//>`;
}

export function JobTable({ jobs, brief = false }) {
  if (jobs.length === 0) return html`<${Empty}>No payroll has been run yet.<//>`;
  const decimals = decimalsFor(jobs.map(({ totalAmount }) => totalAmount));
  const columns = [
    { name: "Job", kind: "text", cell: (job) => html`<a href=${`#/payroll/${job.jobId}`}>${job.jobName}</a>
        <div class=${brief ? "note" : "note narrow"}><${Time} at=${job.createdAt} brief />${!brief && html`<div><${Amount} amount=${job.totalAmount} currency=${job.currency} /></div>
          ${job.failedItems > 0 && html`<div class="failed">${count(job.failedItems)} failed</div>`}`}</div>` },
    { name: "Status", cell: (job) => html`<${Status} status=${job.status} />` },
    { name: "Progress", cell: (job) => html`<${Progress} job=${job} />` },
    { name: "Items", kind: "number wide", cell: (job) => `${count(job.processedItems)} of ${count(job.totalItems)}` },
    { name: "Failed", kind: "number wide", cell: (job) => count(job.failedItems) },
    { name: "Total", kind: "number wide", cell: (job) => html`<${Amount} amount=${job.totalAmount} decimals=${decimals} currency=${job.currency} />` },
    { name: "Created", kind: "wide", cell: (job) => html`<${Time} at=${job.createdAt} />` },
  ];
  const shown = brief ? columns.filter(({ name }) => ["Job", "Status", "Progress"].includes(name)) : columns;
  const rows = jobs.map((job) => ({ ...job, key: job.jobId }));
  return html`<${Table} caption="Payroll jobs, newest first" columns=${shown} rows=${rows} />`;
}

export function Job({ id, offset }) {
  const job = useLoad((signal) => find(`/admin/payroll/jobs/${id}`, signal), [id]);
  usePolling(job, OPEN_POLL_MS, Boolean(job.data && isOpen(job.data)));
  return html`
    <${Heading} title=${job.data?.jobName ?? "Payroll job"}>${job.data && html`<${Status} status=${job.data.status} />`}<//>
    <${Loaded} load=${job} what="the job">${(data) => data === null ? html`<${Missing} what="payroll job" id=${id} />` : html`
      <${JobSummary} job=${data} load=${job} />
      <${Lanes} job=${data} />
      ${data.failedItems > 0 && html`<${FailedItems} job=${data} />`}
      <${Items} job=${data} offset=${offset} />
    `}<//>`;
}

function JobSummary({ job, load: again }) {
  return html`<${Panel} title="Progress" action=${html`<${Again} load=${again} />`}>
    ${job.failureReason && html`<${Verdict} tone="bad" title=${job.paidItems === 0 ? "The job failed" : "The job was stopped"}>
      ${words(job.failureReason)}.${job.paidItems === 0 ? " Nobody was paid." : ""}
    <//>`}
    <p class="large"><${Progress} job=${job} /></p>
    <p class="note" role="status">${count(job.processedItems)} of ${plural(job.totalItems, "item")} settled: ${count(job.paidItems)} paid, ${count(job.failedItems)} failed.</p>
    <${Facts} facts=${[
      ["Paid", html`<${Amount} amount=${job.paidAmount} currency=${job.currency} />`],
      [job.status === "PROCESSING" ? "Set aside" : "Total", html`<${Amount} amount=${job.totalAmount} currency=${job.currency} />`],
      isReturned(job) && ["Returned", html`<${Amount} amount=${minus(job.totalAmount, job.paidAmount)} currency=${job.currency} />`],
      ["Checkpoint", `item ${count(job.checkpoint)}`],
      ["Job", html`<${Id} id=${job.jobId} what="job id" />`],
      ["Source wallet", html`<${Id} id=${job.sourceWalletId} to="wallets" what="wallet id" />`],
      ["Employer", html`<${Id} id=${job.employerId} what="employer id" />`],
      ["Created", html`<${Time} at=${job.createdAt} />`],
      ["Finished", html`<${Time} at=${job.finishedAt} />`],
    ]} />
  <//>`;
}

// A job that was not funded has nothing to return; every other job returns the money of failed items.
const isReturned = ({ finishedAt, failureReason, failedItems }) => finishedAt && !failureReason && failedItems > 0;

// Batch n belongs to lane n mod K.
const batchesOf = (lane, lanes, items) => Math.max(0, Math.ceil((Math.ceil(items / BATCH_ITEMS) - lane) / lanes));

function Lanes({ job }) {
  if (job.lanes.length === 0) return null;
  const columns = [
    { name: "Lane", kind: "number key", cell: ({ lane }) => lane + 1 },
    { name: "Progress", cell: ({ lane, checkpoint, batches }) => html`<progress max=${batches} value=${checkpoint} aria-label=${`Progress of lane ${lane + 1}`}></progress>` },
    { name: "Batches", kind: "number", cell: ({ checkpoint, batches }) => `${count(checkpoint)} of ${count(batches)}` },
    { name: "Paid", kind: "number", cell: ({ paidItems }) => count(paidItems) },
    { name: "Failed", kind: "number", cell: ({ failedItems }) => count(failedItems) },
  ];
  const rows = job.lanes.map((lane) => ({
    ...lane, key: lane.lane, batches: batchesOf(lane.lane, job.lanes.length, job.totalItems),
  }));
  return html`<${Panel} title="Lanes"><${Table} caption="Lanes of the job" columns=${columns} rows=${rows} /><//>`;
}

// The API lists items in order, so the failed ones are collected page by page until all are found.
async function failedItemsOf(job, signal) {
  const failed = [];
  for (let offset = 0; offset < job.totalItems && failed.length < job.failedItems; offset += ITEMS_AT_ONCE) {
    const page = await load(`/admin/payroll/jobs/${job.jobId}/items?limit=${ITEMS_AT_ONCE}&offset=${offset}`, signal);
    failed.push(...page.filter(({ status }) => status === "FAILED"));
  }
  return failed;
}

function FailedItems({ job }) {
  const items = useLoad((signal) => failedItemsOf(job, signal), [job.jobId, job.failedItems]);
  return html`<${Panel} title="Failed items">
    <${Loaded} load=${items} what="the failed items">${(data) => html`<${ItemTable} items=${data} caption="Items that were not paid" />`}<//>
  <//>`;
}

function Items({ job: { jobId, totalItems, processedItems, status }, offset }) {
  const items = useLoad(
    (signal) => load(`/admin/payroll/jobs/${jobId}/items?limit=${ITEMS_SHOWN}&offset=${offset}`, signal),
    [jobId, offset, processedItems, status],
  );
  return html`<${Panel} title="All items">
    <${Loaded} load=${items} what="the items">${(data) => html`
      <${Paged} page=${{ offset, limit: ITEMS_SHOWN, total: totalItems }} to=${`payroll/${jobId}`} what="the items" first="first" steps=${["Previous", "Next"]}>
        <${ItemTable} items=${data} caption="Items of the job, in order" />
      <//>
    `}<//>
  <//>`;
}

const OUTCOMES = {
  PAID: ({ transactionId }) => html`<${Id} id=${transactionId} to="transactions" brief />`,
  FAILED: ({ failureReason }) => words(failureReason),
  PENDING: () => html`<span class="none">not yet</span>`,
};

function ItemTable({ items, caption }) {
  const decimals = decimalsFor(items.map(({ amount }) => amount));
  const columns = [
    { name: "Item", kind: "number key", cell: ({ itemIndex }) => count(itemIndex) },
    { name: "Recipient wallet", cell: ({ recipientWalletId }) => html`<${Id} id=${recipientWalletId} to="wallets" brief />` },
    { name: "Employee", kind: "wide", cell: ({ employeeUserId }) => html`<${Id} id=${employeeUserId} brief />` },
    { name: "Amount", kind: "number", cell: ({ amount, currency }) => html`<${Amount} amount=${amount} decimals=${decimals} currency=${currency} />` },
    { name: "Status", cell: ({ status }) => html`<${Status} status=${status} />` },
    { name: "Transaction or reason", cell: (item) => OUTCOMES[item.status](item) },
  ];
  const rows = items.map((item) => ({ ...item, key: item.itemIndex }));
  return html`<${Table} caption=${caption} columns=${columns} rows=${rows} />`;
}
