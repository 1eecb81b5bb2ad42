// Text that agents and scenarios wrote is shown and never executed or interpreted.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { closeBrowser, file, hasText, onPage, playedLog, runTranche, scenario, sql, startInspector, slow } from './harness.mjs';

const kMarkup = '<img src=x onerror="window.executed=1"><script>window.executed=2</script>&lt;b&gt;';

let log;
let inspector;

before(async () => {
  // A scenario whose events say markup, which the log passes on.
  const text = readFileSync(scenario('duopoly'), 'utf8').replace(
    'The merchant chip maker shows its next generation.',
    kMarkup.replaceAll('"', '\\"'),
  );
  assert.ok(text.includes('onerror'));
  writeFileSync(file('markup.textproto'), text);
  log = await playedLog('markup.tranche', file('markup.textproto'));
  inspector = await startInspector(log);
});

after(async () => {
  await inspector?.stop();
  await closeBrowser();
});

const executed = (page) => page.evaluate(() => window.executed ?? null);
const foreign = (page) => page.evaluate(() => document.querySelectorAll('#app img, #app script, #app iframe').length);

test('markup in a message is text', () =>
  onPage({}, async (page) => {
    const event = sql(log, `SELECT position, quarter FROM records WHERE kind = 'scheduled_event' AND quarter = '2026Q2'`)[0];
    await page.goto(`${inspector.url}/messages?kind=scheduled_event&record=${event.position}`);
    await hasText(page.getByRole('complementary'), kMarkup);
    await hasText(page.locator('.cell-text'), kMarkup);
    await page.goto(`${inspector.url}/?quarter=${event.quarter}`);
    await hasText(page.locator('.quarter-events'), kMarkup);
    assert.equal(await executed(page), null);
    assert.equal(await foreign(page), 0);
  }));

// Words that the page decides by; everything else may be anything.
const kDecides = new Set(['state', 'kind', 'role', 'roles', 'quarter', 'unit', 'log', 'kinds', 'talk_kinds']);
const kExact = /^(-?\d+|\d{4}Q\d|\d{4}-\d\d-\d\d)$/;

// The answer with markup behind every text in it, the same text always the same.
function poisoned(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
  }
  if (typeof value !== 'string' || kDecides.has(key) || kExact.test(value) || value.endsWith('quarter')) return value;
  return value + kMarkup;
}

const cleaned = (url) => url.replaceAll(encodeURIComponent(kMarkup), '').replaceAll(encodeURIComponent(kMarkup).replaceAll("'", '%27'), '');

slow('markup in any text of any view is text', () =>
  onPage({}, async (page) => {
    await page.route('**/api/**', async (route) => {
      if (route.request().url().includes('/api/events')) return route.continue();
      const response = await route.fetch({ url: cleaned(route.request().url()) });
      const body = await response.json();
      return route.fulfill({ response, json: poisoned(body) });
    });
    const deal = sql(log, 'SELECT deal, lab FROM deals LIMIT 1')[0];
    const views = [
      '/',
      '/?quarter=2026Q1&metrics=investors',
      '/messages?record=40',
      '/conversations',
      `/conversation?id=${deal.deal}`,
      `/conversation?id=${deal.deal}&view=sequence`,
      '/deals',
      `/deal?id=${deal.deal}`,
      '/alliances',
      '/agents',
      `/agent?name=${deal.lab}`,
      `/agent?name=${deal.lab}&tab=books`,
      `/agent?name=${deal.lab}&tab=moves`,
      `/agent?name=${deal.lab}&tab=turns`,
    ];
    for (const view of views) {
      await page.goto(inspector.url + view);
      await page.locator('main h1').first().waitFor({ state: 'attached' });
      await page.locator('.state.loading').first().waitFor({ state: 'detached' });
      await hasText(page.locator('body'), '<img src=x onerror=');
      assert.equal(await executed(page), null, view);
      assert.equal(await foreign(page), 0, view);
      // Nor does a name become an address of another kind.
      const schemes = await page.locator('a[href]').evaluateAll((links) => [...new Set(links.map((link) => new URL(link.href, location.href).protocol))]);
      assert.deepEqual(schemes, ['http:'], view);
    }
  }));

slow('markup in a report is text', () =>
  onPage({}, async (page) => {
    const report = file('markup.html');
    await runTranche('report', log, '-o', report);
    await page.goto(`file://${report}`);
    await hasText(page.locator('main'), kMarkup);
    assert.equal(await executed(page), null);
    assert.equal(await foreign(page), 0);
  }));
