// `tranche report`: one file with the story of a run, opened from the disk with nothing around it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { closeBrowser, count, dollars, file, hasText, onPage, playedLog, runTranche, scenario, sql, sqlValue, slow } from './harness.mjs';

let log;
let report;

before(async () => {
  log = await playedLog('told.tranche', scenario('amazon-openai'), 1);
  report = file('told.html');
  await runTranche('report', log, '-o', report);
});

after(closeBrowser);

slow('a report asks nobody for anything', () =>
  onPage({}, async (page) => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${report}`);
    await page.getByRole('heading', { name: 'Who funded whom' }).waitFor();
    for (const chart of await page.locator('[data-metric]').all()) {
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('canvas').waitFor();
    }
    assert.deepEqual(asked, [`file://${report}`]);
    assert.doesNotMatch(readFileSync(report, 'utf8').slice(0, 2000), /(src|href)="(?!data:)[^"]+"/);
  }));

test('a report tells who funded whom', () =>
  onPage({}, async (page) => {
    await page.goto(`file://${report}`);
    const deals = sql(log, 'SELECT * FROM deals ORDER BY position');
    const funding = page.locator('section[aria-labelledby=funding-heading]');
    await funding.locator('tbody tr').first().waitFor();
    assert.equal(await funding.locator('tbody tr').count(), deals.length);
    for (const deal of deals.slice(0, 4)) {
      const row = funding.locator('tr').filter({ has: page.getByRole('link', { name: deal.deal, exact: true }) });
      await hasText(row, dollars(deal.amount_cents / 100));
    }
    await hasText(page.locator('.fact-value'), count(sqlValue(log, 'SELECT sum(messages) FROM quarters')));
    await hasText(page.locator('main'), sqlValue(log, 'SELECT digest FROM quarters ORDER BY quarter DESC LIMIT 1'));
  }));

slow('a report has every ruling, and the alliances of both ends', () =>
  onPage({}, async (page) => {
    await page.goto(`file://${report}`);
    const rulings = page.locator('section[aria-labelledby=rulings-heading] tbody tr');
    await rulings.first().waitFor();
    assert.equal(await rulings.count(), sqlValue(log, 'SELECT count(*) FROM reviews'));
    const graphs = page.locator('.two-graphs figure');
    assert.equal(await graphs.count(), 2);
    await hasText(graphs.nth(0), sqlValue(log, 'SELECT min(quarter) FROM quarters'));
    await hasText(graphs.nth(1), sqlValue(log, 'SELECT max(quarter) FROM quarters'));
  }));

slow('the figures of a report lead to their records', () =>
  onPage({}, async (page) => {
    await page.goto(`file://${report}`);
    // A deal that began with a term sheet of the investor's; a sale of shares by a holder has none.
    const kSheet = `r.kind = 'term_sheet' AND r.sender = d.investor AND d.deal LIKE r.thread || '/%' AND r.refused_by IS NULL`;
    const deal = sql(log, `SELECT d.*, min(r.position) AS sheet FROM deals d JOIN records r ON ${kSheet} GROUP BY d.deal ORDER BY d.position LIMIT 1`)[0];
    const { sheet } = deal;
    await page.getByRole('link', { name: deal.deal, exact: true }).first().click();
    await page.getByRole('heading', { name: deal.deal }).waitFor();
    await page.locator('.versions thead th').first().waitFor();
    await page.locator('.versions thead').getByRole('link', { name: `Record ${sheet}` }).click();
    await page.getByRole('complementary').getByRole('heading', { name: `Record #${sheet}` }).waitFor();
    await hasText(page.getByRole('complementary'), 'term sheet');
    await page.goBack();
  }));
