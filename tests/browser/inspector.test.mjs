// Every view of the inspector on the flagship's log, against what SQL says of the same file.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  closeBrowser,
  count,
  dollars,
  hasText,
  onPage,
  percentOfPpm,
  playedLog,
  scenario,
  sql,
  sqlValue,
  startInspector,
  slow,
} from './harness.mjs';

let log;
let other;
let inspector;

// What the page shows unless asked for views and books too.
const kTalk = `kind NOT IN ('public_view', 'agent_view', 'ledger_entry', 'metric', 'relation', 'cap_table_entry', 'statements')`;
const kBooks = `(SELECT max(quarter) FROM quarters)`;

before(async () => {
  [log, other] = await Promise.all([
    playedLog('flagship.tranche', scenario('amazon-openai'), 1),
    playedLog('other.tranche', scenario('amazon-openai'), 2),
  ]);
  inspector = await startInspector(log, '--compare', other);
});

after(async () => {
  await inspector?.stop();
  await closeBrowser();
});

const open = async (page, address) => {
  await page.goto(inspector.url + address);
  await page.locator('main').waitFor();
};
// A deal that took some bargaining and was paid.
const someDeal = () =>
  sql(
    log,
    `SELECT * FROM deals WHERE kind = 'funding' AND drawn_cents > 0 AND EXISTS (SELECT 1 FROM records
       WHERE kind = 'counter_offer' AND ((sender = investor AND recipients = lab) OR (sender = lab AND recipients = investor))
         AND deal LIKE thread || '/%') ORDER BY position LIMIT 1`,
  )[0];
const factOf = (page, label) =>
  page.locator('.fact-card').filter({ has: page.getByText(label, { exact: true }) }).locator('.fact-value');
const panel = (page) => page.getByRole('complementary');

test('the timeline says what the run came to', () =>
  onPage({}, async (page) => {
    await open(page, '/');
    const quarters = sqlValue(log, 'SELECT count(*) FROM quarters');
    await hasText(factOf(page, 'Quarters closed'), `${quarters} of ${quarters}`);
    await hasText(factOf(page, 'Messages'), count(sqlValue(log, 'SELECT sum(messages) FROM quarters')));
    await hasText(factOf(page, 'Deals signed'), count(sqlValue(log, 'SELECT count(*) FROM deals')));
    await hasText(factOf(page, 'Paid in deals'), dollars(sqlValue(log, 'SELECT sum(drawn_cents) / 100.0 FROM deals')));
    await hasText(factOf(page, 'Contracts'), count(sqlValue(log, 'SELECT count(*) FROM contracts')));
    await page.locator('.quarter-column').first().waitFor();
    assert.equal(await page.locator('.quarter-column').count(), quarters);
    await page.getByRole('status').or(page.locator('.run-state')).filter({ hasText: 'Completed' }).first().waitFor();
  }));

slow('the timeline has a chart of every metric', () =>
  onPage({}, async (page) => {
    await open(page, '/');
    await page.locator('[data-metric]').first().waitFor();
    const shown = await page.locator('[data-metric]').evaluateAll((charts) => charts.map((chart) => chart.dataset.metric));
    const known = sql(log, 'SELECT DISTINCT name FROM metrics').map((row) => row.name);
    assert.deepEqual([...new Set(shown)].sort(), known.sort());
    // All of them draw, once they are scrolled to.
    for (const chart of await page.locator('[data-metric]').all()) {
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('canvas').waitFor();
    }
  }));

test('a chart says the figures of the last quarter and leads to their records', () =>
  onPage({}, async (page) => {
    await open(page, '/?metrics=valuation');
    const chart = page.locator('[data-metric=valuation]');
    const rows = sql(log, `SELECT subject, value, position FROM metrics WHERE name = 'valuation' AND quarter = ${kBooks}`);
    assert.ok(rows.length >= 2);
    for (const row of rows) {
      const line = chart.locator('.legend li').filter({ has: page.getByText(row.subject, { exact: true }) });
      await hasText(line.locator('.figure-link'), dollars(row.value));
    }
    const [row] = rows;
    await chart.locator('.legend li').filter({ has: page.getByText(row.subject, { exact: true }) }).locator('.figure-link').click();
    await panel(page).getByRole('heading', { name: `Record #${row.position}` }).waitFor();
    assert.match(page.url(), new RegExp(`record=${row.position}\\b`));
    await hasText(panel(page), dollars(row.value));
    // Behind the figure are messages.
    await panel(page).getByRole('link', { name: `All that ${row.subject} said` }).click();
    const quarter = sqlValue(log, `SELECT ${kBooks}`);
    const said = sqlValue(log, `SELECT count(*) FROM records WHERE sender = '${row.subject}' AND quarter = '${quarter}' AND ${kTalk}`);
    await hasText(page.locator('.table-status'), `${count(said)} record`);
  }));

slow('a click on a line opens the record of its point', () =>
  onPage({}, async (page) => {
    await open(page, '/?metrics=capability');
    const plot = page.locator('[data-metric=capability] .u-over');
    await plot.waitFor();
    const box = await plot.boundingBox();
    await plot.click({ position: { x: box.width / 2, y: box.height / 2 } });
    await panel(page).waitFor();
    const position = Number(new URL(page.url()).searchParams.get('record'));
    assert.equal(sqlValue(log, `SELECT name FROM metrics WHERE position = ${position}`), 'capability');
  }));

slow('a quarter says what happened in it', () =>
  onPage({}, async (page) => {
    const { quarter, signed } = sql(log, 'SELECT signed_quarter AS quarter, count(*) AS signed FROM deals GROUP BY 1 ORDER BY 2 DESC LIMIT 1')[0];
    await open(page, '/');
    await page.locator('.quarter-column a').filter({ hasText: quarter }).click();
    await page.getByRole('heading', { name: `What happened in ${quarter}` }).waitFor();
    const events = page.locator('.quarter-events li');
    await events.first().waitFor();
    assert.equal(await events.filter({ hasText: 'deal signed' }).count(), signed);
    assert.equal(
      await events.filter({ hasText: 'decision' }).count(),
      sqlValue(log, `SELECT count(*) FROM records WHERE kind = 'decision' AND refused_by IS NULL AND quarter = '${quarter}'`),
    );
  }));

test('the table has every message and reaches the last', () =>
  onPage({}, async (page) => {
    await open(page, '/messages');
    const all = sqlValue(log, `SELECT count(*) FROM records WHERE ${kTalk}`);
    await hasText(page.locator('.table-status'), `${count(all)} records`);
    await page.locator('.rows').focus();
    await page.keyboard.press('End');
    const last = sqlValue(log, `SELECT max(position) FROM records WHERE ${kTalk}`);
    await hasText(page.locator('.row .cell-position'), `#${last}`);
    // Far fewer rows than messages are in the document.
    assert.ok((await page.locator('.rows .row').count()) < 80);
  }));

test('filters stand in the address and narrow the table', () =>
  onPage({}, async (page) => {
    await open(page, '/messages?sender=openai&kind=counter_offer,refusal&quarter=2026Q1..2026Q2');
    const matches = sql(
      log,
      `SELECT position FROM records WHERE sender = 'openai' AND kind IN ('counter_offer', 'refusal')
         AND quarter BETWEEN '2026Q1' AND '2026Q2' ORDER BY position`,
    );
    assert.ok(matches.length > 3);
    await hasText(page.locator('.table-status'), `${matches.length} records`);
    const shown = await page.locator('.rows .cell-position').allTextContents();
    assert.deepEqual(shown.slice(0, 3), matches.slice(0, 3).map((row) => `#${row.position}`));

    await page.getByLabel('From', { exact: true }).fill('amazon');
    await page.waitForURL(/sender=amazon/);
    const his = sqlValue(
      log,
      `SELECT count(*) FROM records WHERE sender = 'amazon' AND kind IN ('counter_offer', 'refusal')
         AND quarter BETWEEN '2026Q1' AND '2026Q2'`,
    );
    await hasText(page.locator('.table-status'), `${his} record`);

    await page.getByRole('button', { name: 'Clear all' }).click();
    await hasText(page.locator('.table-status'), count(sqlValue(log, `SELECT count(*) FROM records WHERE ${kTalk}`)));
  }));

slow('views and books are in the table when asked for', () =>
  onPage({}, async (page) => {
    await open(page, '/messages?kind=ledger_entry&quarter=2026Q2&all=1');
    const entries = sqlValue(log, `SELECT count(*) FROM ledger WHERE quarter = '2026Q2'`);
    await hasText(page.locator('.table-status'), `${count(entries)} records`);
  }));

slow('text is found wherever a message says it', () =>
  onPage({}, async (page) => {
    await open(page, '/messages');
    await page.keyboard.press('/');
    await page.keyboard.type('PRE-MONEY');
    await page.waitForURL(/text=PRE-MONEY/);
    await page.locator('.table-status').filter({ hasText: /^[1-9][\d,]* records?$/ }).waitFor();
    const row = page.locator('.rows .row').filter({ hasText: /pre-money/ }).first();
    await row.waitFor();
  }));

slow('a row opens its record with the decoded payload', () =>
  onPage({}, async (page) => {
    const sheet = sql(log, `SELECT position, sender, thread FROM records WHERE kind = 'term_sheet' ORDER BY position LIMIT 1`)[0];
    await open(page, '/messages?kind=term_sheet');
    const row = page.locator('.rows .row').filter({ has: page.getByText(`#${sheet.position}`, { exact: true }) });
    await row.locator('.cell-text').click();
    await panel(page).getByRole('heading', { name: `Record #${sheet.position}` }).waitFor();
    await panel(page).getByRole('link', { name: sheet.sender, exact: true }).first().waitFor();
    await panel(page).getByRole('link', { name: sheet.thread, exact: true }).waitFor();
    await panel(page).getByText('Payload').click();
    const size = sqlValue(log, `SELECT length(payload) FROM records WHERE position = ${sheet.position}`);
    await hasText(panel(page), `${size} B`);
    await hasText(panel(page).locator('.json'), sheet.thread);
    const answers = sql(log, `SELECT position FROM records WHERE in_reply_to = ${sheet.position}`);
    for (const { position } of answers) await panel(page).getByRole('link', { name: `Record ${position}` }).first().waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
  }));

test('a negotiation reads as a conversation, with its changed terms', () =>
  onPage({}, async (page) => {
    const thread = sqlValue(log, `SELECT thread FROM records WHERE kind = 'funding_ask' ORDER BY position LIMIT 1`);
    await open(page, `/conversations?text=${thread}`);
    await page.getByRole('link', { name: thread, exact: true }).first().click();
    await page.getByRole('heading', { name: thread }).waitFor();
    const below = `(thread = '${thread}' OR thread LIKE '${thread}/%')`;
    const messages = sqlValue(log, `SELECT count(*) FROM records WHERE ${below} AND ${kTalk}`);
    await page.locator('.talk').first().waitFor();
    assert.equal(await page.locator('.talk').count(), messages);
    const counters = sql(log, `SELECT position FROM records WHERE ${below} AND kind = 'counter_offer' AND refused_by IS NULL`);
    assert.ok(counters.length > 2);
    for (const { position } of counters.slice(0, 5)) {
      const talk = page.locator('.talk').filter({ has: page.getByRole('link', { name: `Record ${position}`, exact: true }) }).first();
      await talk.locator('.changes li').first().waitFor();
    }
    await page.getByRole('tab', { name: 'Sequence diagram' }).click();
    await page.waitForURL(/view=sequence/);
    await page.locator('.sequence .arrow-link').first().waitFor();
    assert.equal(await page.locator('.sequence .arrow-link').count(), messages);
    await page.locator('.sequence .arrow-link').nth(1).click();
    await panel(page).waitFor();
    await page.getByRole('tab', { name: 'Why it ended so' }).click();
    await page.locator('.why li').first().waitFor();
  }));

test('a deal shows its terms, rulings, closings and cap table', () =>
  onPage({}, async (page) => {
    const deal = someDeal();
    await open(page, '/deals');
    await page.locator('section[aria-labelledby=deals-heading] tbody tr').first().waitFor();
    assert.equal(
      await page.getByRole('region', { name: 'Deals' }).or(page.locator('section[aria-labelledby=deals-heading]')).locator('tbody tr').count(),
      sqlValue(log, 'SELECT count(*) FROM deals'),
    );
    await page.getByRole('link', { name: deal.deal, exact: true }).first().click();
    await page.getByRole('heading', { name: deal.deal }).waitFor();
    await hasText(factOf(page, 'Amount'), dollars(deal.amount_cents / 100));
    await hasText(factOf(page, 'Pre-money'), dollars(deal.pre_money_cents / 100));
    await hasText(factOf(page, 'Paid so far'), dollars(deal.drawn_cents / 100));

    const closings = sql(log, `SELECT * FROM closings WHERE deal = '${deal.deal}' ORDER BY position`);
    const rows = page.locator('section[aria-labelledby=closings-heading] tbody tr');
    await rows.first().waitFor();
    assert.equal(await rows.count(), closings.length);
    for (const [place, closing] of closings.entries()) {
      await hasText(rows.nth(place), dollars(closing.cash_cents / 100));
      await hasText(rows.nth(place), percentOfPpm(closing.holding_ppm));
    }

    const versions = page.locator('.versions thead th');
    assert.ok((await versions.count()) >= 2);
    await page.locator('.versions td.changed').first().waitFor();
    await page.locator('section[aria-labelledby=why-heading] .why li').first().waitFor();

    const last = closings[closings.length - 1].quarter;
    const holdings = sql(
      log,
      `SELECT holder, share_class, stake_ppm, position FROM cap_table WHERE lab = '${deal.lab}' AND quarter = '${last}' AND stake_ppm > 0`,
    );
    const table = page.locator('.cap-table tbody tr');
    for (const holding of holdings.slice(0, 6)) {
      const cell = table.getByRole('link', { name: percentOfPpm(holding.stake_ppm), exact: true });
      await cell.first().waitFor();
    }
    await hasText(page.locator('.cap-table thead'), last);
  }));

slow('the rulings on a deal are those of the log', () =>
  onPage({}, async (page) => {
    const review = sql(log, `SELECT * FROM reviews WHERE outcome IS NOT NULL ORDER BY rowid LIMIT 1`)[0];
    await open(page, `/deal?id=${encodeURIComponent(review.deal)}`);
    await page.getByRole('heading', { name: 'Rulings' }).waitFor();
    const cards = page.locator('.reviews .card');
    await cards.first().waitFor();
    assert.equal(await cards.count(), sqlValue(log, `SELECT count(*) FROM reviews WHERE deal = '${review.deal}'`));
    await hasText(cards, review.outcome.replaceAll('-', ' '));
    if (review.notified !== null) await hasText(cards, review.notified);
  }));

test('the graph of alliances follows the quarter', () =>
  onPage({}, async (page) => {
    const kinds = `kind IN ('equity', 'board', 'note', 'supply', 'exclusivity', 'licence')`;
    const rows = page.locator('section[aria-labelledby=relations-heading] tbody tr');
    const quarters = sql(log, 'SELECT quarter FROM quarters ORDER BY quarter').map((row) => row.quarter);
    const expected = (quarter, also = '') =>
      sqlValue(log, `SELECT count(*) FROM relations WHERE quarter = '${quarter}' AND ${kinds} ${also}`);
    await open(page, '/alliances');
    await rows.first().waitFor();
    assert.equal(await rows.count(), expected(quarters[quarters.length - 1]));

    await page.getByRole('slider', { name: 'Quarter' }).focus();
    await page.keyboard.press('Home');
    await page.waitForURL(new RegExp(`quarter=${quarters[0]}`));
    await page.getByRole('heading', { name: `in ${quarters[0]}` }).waitFor();
    assert.equal(await rows.count(), expected(quarters[0]));
    assert.ok((await page.locator('.alliance-graph .edge').count()) > 3);

    const group = sqlValue(
      log,
      `SELECT from_group FROM relations WHERE quarter = '${quarters[0]}' AND kind = 'equity' ORDER BY position LIMIT 1`,
    );
    await page.locator('.alliance-graph').getByRole('link', { name: `${group} (` }).click();
    await page.getByRole('heading', { name: `Relations of ${group} in ${quarters[0]}` }).waitFor();
    assert.equal(await rows.count(), expected(quarters[0], `AND '${group}' IN (from_group, to_group)`));

    await page.getByRole('button', { name: 'Equity' }).click();
    await page.waitForURL(/kinds=/);
    assert.equal(await rows.count(), expected(quarters[0], `AND '${group}' IN (from_group, to_group) AND kind <> 'equity'`));
  }));

test("an agent's page has its books, moves and turns", () =>
  onPage({}, async (page) => {
    await open(page, '/agents');
    await page.getByRole('link', { name: 'anthropic', exact: true }).click();
    await page.getByRole('heading', { name: 'anthropic' }).waitFor();
    const figures = sqlValue(log, `SELECT count(DISTINCT name) FROM metrics WHERE subject = 'anthropic'`);
    await page.locator('#agent-panel .chart-place').first().waitFor();
    assert.equal(await page.locator('#agent-panel .chart-place').count(), figures);

    await page.getByRole('tab', { name: 'Books' }).click();
    const income = sql(
      log,
      `SELECT quarter, amount_cents, position FROM statements
         WHERE entity = 'anthropic' AND statement = 'income' AND account = 'net-income' ORDER BY quarter`,
    );
    const line = page.locator('.statements tr').filter({ has: page.getByRole('rowheader', { name: 'Net income', exact: true }) }).first();
    await line.waitFor();
    const cells = await line.locator('td').allTextContents();
    assert.deepEqual(cells, income.map((row) => dollars(row.amount_cents / 100)));

    // A figure of the books leads to the bookings behind it.
    const wages = page.locator('.statements tr').filter({ has: page.getByRole('rowheader', { name: 'Wages', exact: true }) }).first();
    await wages.locator('td').first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Wages of anthropic in 2026Q1' }).waitFor();
    const booked = sql(
      log,
      `SELECT position FROM ledger WHERE quarter = '2026Q1' AND
         ((debit_entity = 'anthropic' AND debit_account = 'wages') OR (credit_entity = 'anthropic' AND credit_account = 'wages'))`,
    );
    await page.locator('main tbody tr').first().waitFor();
    assert.equal(await page.locator('main tbody tr').count(), booked.length);
    await page.goBack();

    await page.getByRole('tab', { name: 'Moves' }).click();
    for (const row of sql(log, `SELECT kind, count(*) AS messages FROM records WHERE sender = 'anthropic' AND ${kTalk} GROUP BY 1`)) {
      const kind = page.locator('tr').filter({ has: page.getByRole('rowheader', { name: row.kind.replaceAll('_', ' '), exact: true }) });
      await kind.getByRole('link', { name: String(row.messages), exact: true }).first().waitFor();
    }

    await page.getByRole('tab', { name: 'What it saw' }).click();
    const moves = sql(log, `SELECT position FROM records WHERE sender = 'anthropic' AND quarter = '2026Q1' AND round = 1 AND ${kTalk}`);
    const section = page.locator('section[aria-labelledby=moves-heading]');
    await section.getByRole('link', { name: `Record ${moves[0].position}` }).waitFor();
    assert.equal(await section.locator('.mail > li').count(), moves.length);
    await page.locator('section[aria-labelledby=view-heading] .json').first().waitFor();
  }));

test('two runs part where their records first differ', () =>
  onPage({}, async (page) => {
    const parting = sqlValue(
      log,
      `ATTACH 'file:${other}?mode=ro' AS b; SELECT min(a.position) FROM main.records a JOIN b.records o USING (position)
         WHERE a.payload <> o.payload AND a.kind <> 'header'`,
    );
    await open(page, '/compare');
    await page.getByRole('heading', { name: 'Where they part' }).waitFor();
    const sides = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Where they part' }) }).locator('.card');
    await hasText(sides.nth(0), `#${parting}`);
    await hasText(sides.nth(1), `#${parting}`);
    for (const [name, file] of [['A', log], ['B', other]]) {
      const digest = sqlValue(file, 'SELECT digest FROM quarters ORDER BY quarter DESC LIMIT 1');
      await hasText(page.getByRole('region', { name: `Run ${name}` }), digest.slice(0, 16));
    }
    // The same metric of both, from each its own file.
    await page.getByRole('combobox', { name: /^Metric/ }).selectOption('valuation');
    const chart = page.locator('.chart').filter({ has: page.getByText('openai', { exact: true }) });
    for (const [name, file] of [['A', log], ['B', other]]) {
      const value = sqlValue(file, `SELECT value FROM metrics WHERE name = 'valuation' AND subject = 'openai' AND quarter = ${kBooks}`);
      await hasText(chart.locator('.legend li').filter({ hasText: name }), dollars(value));
    }
    await chart.locator('.legend li').filter({ hasText: 'B' }).locator('.figure-link').click();
    await panel(page).getByRole('heading', { name: 'of run B' }).waitFor();
  }));

slow('what is not there is said to be so', () =>
  onPage(
    {},
    async (page) => {
      await open(page, '/deal?id=nobody/nothing/never');
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
      await hasText(page.getByRole('alert'), 'nobody/nothing/never');
      await open(page, '/messages?sender=nobody');
      await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
      await open(page, '/no-such-view');
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      await open(page, '/messages?quarter=yesterday');
      await page.getByRole('alert').waitFor();
    },
    /status of 40[04]/,
  ));

// ---------------------------------------------------------------------------------------------
// Ways to use the page.

const views = () => [
  '/',
  '/messages',
  '/conversations',
  `/conversation?id=${someDeal().deal.replace(/\/[^/]*$/, '')}`,
  `/conversation?id=${someDeal().deal.replace(/\/[^/]*$/, '')}&view=sequence`,
  '/deals',
  `/deal?id=${someDeal().deal}`,
  '/alliances',
  '/agents',
  '/agent?name=openai',
  '/agent?name=openai&tab=books',
  '/agent?name=openai&tab=turns',
  '/compare',
];

test('every view fits a narrow screen and has one heading of its own', () =>
  onPage({ width: 390, height: 844 }, async (page) => {
    for (const view of views()) {
      await open(page, view);
      await page.locator('main h1').first().waitFor({ state: 'attached' });
      await page.locator('.state.loading').first().waitFor({ state: 'detached' });
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      assert.ok(content <= screen, `${view} is ${content} pixels wide on a screen of ${screen}`);
      assert.equal(await page.locator('main h1').count(), 1, view);
    }
  }));

slow('everything that can be operated has a name', () =>
  onPage({}, async (page) => {
    for (const view of views()) {
      await open(page, view);
      await page.locator('main h1').first().waitFor({ state: 'attached' });
      await page.locator('.state.loading').first().waitFor({ state: 'detached' });
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
          .filter((element) => {
            const labels = 'labels' in element && element.labels ? [...element.labels] : [];
            const referred = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
            const name = [element.getAttribute('aria-label'), element.textContent, ...labels.map((label) => label.textContent), ...referred.map((one) => one?.textContent)];
            return name.every((text) => (text ?? '').trim() === '');
          })
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(nameless, [], view);
    }
  }));

slow('the theme follows the system and can be chosen', () =>
  onPage({ theme: 'dark' }, async (page) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const brightness = (colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    await open(page, '/agents');
    assert.ok(brightness(await ground()) < 150);
    await page.getByRole('button', { name: /^Theme: as the system/ }).click();
    assert.ok(brightness(await ground()) > 600);
    // Chosen once, it holds after a reload.
    await page.reload();
    await page.getByRole('button', { name: /^Theme: light/ }).waitFor();
    assert.ok(brightness(await ground()) > 600);
  }));

slow('the keyboard reaches everything', () =>
  onPage({}, async (page) => {
    await open(page, '/');
    await page.locator('.quarter-column').first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the contents');
    await page.keyboard.press('2');
    await page.waitForURL(/\/messages$/);
    await page.locator('.rows .row').nth(3).waitFor();
    await page.locator('.rows').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const third = sqlValue(log, `SELECT position FROM records WHERE ${kTalk} ORDER BY position LIMIT 1 OFFSET 2`);
    await panel(page).getByRole('heading', { name: `Record #${third}` }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), 'panel');
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains('rows')));

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');

    // In a chart the arrows walk and Enter opens.
    await open(page, '/?metrics=valuation');
    const plot = page.getByRole('application', { name: /^Valuation/ });
    await plot.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await hasText(page.locator('.chart').filter({ has: plot }).locator('[aria-live]'), /^2026Q2, /);
    await page.keyboard.press('Enter');
    await panel(page).waitFor();
    const position = Number(new URL(page.url()).searchParams.get('record'));
    assert.equal(sqlValue(log, `SELECT name || ' ' || quarter FROM metrics WHERE position = ${position}`), 'valuation 2026Q2');
  }));

slow('the back button goes from view to view', () =>
  onPage({}, async (page) => {
    await open(page, '/deals');
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.waitForURL(/\/agents$/);
    await page.goBack();
    await page.getByRole('heading', { name: 'Deals and contracts' }).waitFor();
    assert.match(page.url(), /\/deals$/);
  }));
