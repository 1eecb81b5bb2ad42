// The page of a run that is going on.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { closeBrowser, file, hasText, kPatienceMillis, onPage, scenario, sql, sqlValue, start, startInspector, slow } from './harness.mjs';

after(closeBrowser);

async function until(condition, what) {
  const end = Date.now() + kPatienceMillis;
  while (!condition()) {
    assert.ok(Date.now() < end, what);
    await pause(20);
  }
}

test('a live run fills its page, quarter by quarter, without a reload', async () => {
  const log = file('live.tranche');
  const socket = `unix:${file('live.sock')}`;
  // The broker waits for its agents: as long as nobody plays, the run stands before its first quarter.
  const broker = start('run', scenario('duopoly'), '--serve', socket, '--log', log);
  let agents = null;
  let inspector = null;
  try {
    await until(() => existsSync(log) && existsSync(file('live.sock')), 'the broker makes its log');
    inspector = await startInspector(log);
    await onPage({}, async (page) => {
      await page.goto(inspector.url);
      await page.getByRole('heading', { name: 'No quarter is closed yet' }).waitFor();
      await hasText(page.locator('.run-state'), 'Live');
      await page.evaluate(() => (window.loadedOnce = true));

      agents = start(
        'agent', 'aurora', 'borealis', 'nimbus', 'stratus', 'nimbus-ventures', 'harbor-fund', 'us-antitrust',
        'european-commission', '--connect', socket,
      );
      const facts = page.locator('.fact-value');
      await hasText(facts, '8 of 8');
      await hasText(page.locator('.run-state'), 'Completed');
      assert.equal(await broker.ended, 0, broker.errors());
      await hasText(facts, sqlValue(log, 'SELECT sum(messages) FROM quarters').toLocaleString('en-US'));
      assert.equal(await page.locator('.quarter-column a').count(), 8);
      const last = sql(log, `SELECT position FROM metrics WHERE name = 'valuation' AND quarter = (SELECT max(quarter) FROM quarters)`)[0];
      await page.getByRole('button', { name: 'Valuation, cash and runway' }).click();
      await page.locator(`[data-metric=valuation] [title^="Record ${last.position} "]`).waitFor();
      assert.equal(await page.evaluate(() => window.loadedOnce), true);
    });
  } finally {
    await inspector?.stop();
    await agents?.stop();
    await broker.stop();
  }
});

slow('a page whose server has gone says so, and recovers', async () => {
  const log = file('gone.tranche');
  const { runTranche } = await import('./harness.mjs');
  await runTranche('run', '--inline', '--quiet', scenario('duopoly'), '--log', log);
  const inspector = await startInspector(log);
  await onPage(
    {},
    async (page) => {
      await page.goto(`${inspector.url}/agents`);
      await page.getByRole('link', { name: 'aurora', exact: true }).waitFor();
      await inspector.stop();
      await page.getByRole('link', { name: 'aurora', exact: true }).click();
      await page.getByRole('heading', { name: 'No answer' }).waitFor();
      const again = await startInspector(log);
      try {
        await page.route('**/api/**', (route) =>
          route.request().url().startsWith(again.url)
            ? route.continue()
            : route.fetch({ url: route.request().url().replace(inspector.url, again.url) }).then((response) => route.fulfill({ response })),
        );
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByRole('heading', { name: 'aurora' }).waitFor();
      } finally {
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await again.stop();
      }
    },
    /ERR_CONNECTION_REFUSED|Failed to load resource/,
  );
});
