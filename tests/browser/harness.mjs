// What the browser tests stand on: logs made by `tranche run`, a running `tranche inspect`, the facts
// by SQL from the sqlite3 shell, and pages of a headless Chromium that must not complain.
//
// TRANCHE: the program. TRANCHE_SCENARIOS: the folder of scenarios. CHROMIUM: the browser. Without
// TRANCHE_SLOW_TESTS only the main views are driven.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const tranche = process.env.TRANCHE ?? path.join(root, 'build/release/broker/tranche');
const scenarios = process.env.TRANCHE_SCENARIOS ?? path.join(root, 'deploy/scenarios');

// The shell has no window to draw, so it does the same with less.
const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

// A test that the main views don't need.
export const slow = process.env.TRANCHE_SLOW_TESTS ? test : test.skip;

// Long enough for a machine that does other things, short enough to end.
export const kPatienceMillis = 60_000;

export const folder = mkdtempSync(path.join(tmpdir(), 'tranche-browser-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const scenario = (name) => path.join(scenarios, `${name}.textproto`);
export const file = (name) => path.join(folder, name);

export async function runTranche(...args) {
  const { stdout } = await promisify(execFile)(tranche, args, { cwd: folder, maxBuffer: 1 << 28 });
  return stdout;
}

// A finished run's log.
export async function playedLog(name, scenarioFile, seed = 1) {
  const log = file(name);
  await runTranche('run', '--inline', '--quiet', scenarioFile, '--seed', String(seed), '--log', log);
  return log;
}

// Rows of a query, as objects.
export function sql(log, query) {
  const text = execFileSync('sqlite3', ['-readonly', '-json', log, query], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.trim() === '' ? [] : JSON.parse(text);
}

// The only value of a query's only row.
export function sqlValue(log, query) {
  const rows = sql(log, query);
  assert.equal(rows.length, 1, query);
  return Object.values(rows[0])[0];
}

// A program that runs beside the test; `stop` ends it and waits.
export function start(...args) {
  const child = spawn(tranche, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    child,
    ended,
    errors: () => errors,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

// `tranche inspect` on a port of the kernel's choice, with the address of its page.
export async function startInspector(...args) {
  const program = start('inspect', ...args, '--port', '0');
  const url = await new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`tranche inspect says nothing: ${program.errors()}`)), kPatienceMillis);
    program.child.stdout.on('data', (data) => {
      text += data;
      const match = /http:\/\/\S+/.exec(text);
      if (match === null || !text.includes('\n')) return;
      clearTimeout(timer);
      resolve(match[0].replace(/\/$/, ''));
    });
    program.ended.then(() => reject(new Error(`tranche inspect ended: ${program.errors()}`)));
  });
  return { url, stop: program.stop };
}

let browser = null;
// By what they look like. Tests that look alike share one, and with it what the browser keeps of the page's
// own files.
const contexts = new Map();

async function theBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? browsers.find((file) => existsSync(file)),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return browser;
}

export async function closeBrowser() {
  await browser?.close();
  browser = null;
  contexts.clear();
}

async function contextFor(width, height, theme) {
  const look = `${width} ${height} ${theme}`;
  if (!contexts.has(look)) {
    const context = await (await theBrowser()).newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(kPatienceMillis);
    contexts.set(look, context);
  }
  return contexts.get(look);
}

// Runs a test on a page of its own, which must not have complained by the end. `expected` are
// complaints that the test provokes.
export async function onPage(options, test, expected = /^$/) {
  const { width = 1440, height = 900, theme = 'light' } = options;
  const page = await (await contextFor(width, height, theme)).newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  try {
    await test(page);
    assert.deepEqual(
      complaints.filter((complaint) => !expected.test(complaint)),
      [],
    );
  } finally {
    await page.close();
  }
}

// Waits until a condition on the page's text holds.
export async function hasText(locator, text) {
  await locator.filter({ hasText: text }).first().waitFor();
}

// ---------------------------------------------------------------------------------------------
// Figures as people read them, written anew here so that a slip in the page's own code shows.

// Three significant digits: $40.3B.
export function dollars(amount) {
  const sign = amount < 0 ? '−' : '';
  const size = Math.abs(amount);
  for (const [unit, letter] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']]) {
    const scaled = size / unit;
    if (scaled < 0.9995) continue;
    return `${sign}$${scaled.toPrecision(3).replace(/e\+\d+$/, '')}${letter}`;
  }
  return `${sign}$${size.toFixed(2)}`;
}

export const count = (value) => value.toLocaleString('en-US');
export const percentOfPpm = (ppm) => `${(ppm / 10_000).toFixed(2)}%`;
