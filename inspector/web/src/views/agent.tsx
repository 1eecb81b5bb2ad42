import type { JSX } from 'preact';
import { apiPath } from '../api/path';
import type { AgentInFull, Json, RecordInFull, RecordWithLines, Statements, Turn } from '../api/types';
import { useApi } from '../api/use_api';
import { inOrderOfQuestions } from '../charts/catalogue';
import { MetricChart } from '../charts/metric_chart';
import { JsonTree } from '../components/json_tree';
import { DealLink, Kind, Parties, RecordLink, ThreadLink } from '../components/links';
import { Await, Empty } from '../components/states';
import { centsText, exactCentsText } from '../format/money';
import { titleOf } from '../format/words';
import { Link, StateLink, useNavigation, useParameter } from '../navigation/navigation';
import { changed } from '../navigation/place';
import { useRun } from '../components/run_context';

const kTabs = [
  ['figures', 'Figures'],
  ['books', 'Books'],
  ['moves', 'Moves'],
  ['turns', 'What it saw'],
] as const;

export function AgentView(): JSX.Element {
  const [name] = useParameter('name');
  const path = name === '' ? null : apiPath('agent', { name });
  const answer = useApi<AgentInFull>(path);
  if (path === null) return <Empty>The address names no agent.</Empty>;
  return (
    <Await answer={answer} path={path} what="the agent">
      {(agent) => <AgentPage key={name} value={agent} />}
    </Await>
  );
}

function AgentPage(props: { value: AgentInFull }): JSX.Element {
  const { agent } = props.value;
  const { isReport } = useRun();
  const first = props.value.metrics.length > 0 ? 'figures' : 'moves';
  const [tab, setTab] = useParameter('tab', first);
  const tabs = kTabs.filter(([id]) => !(isReport && id === 'turns') && !(id === 'figures' && first !== 'figures'));
  return (
    <>
      <header class="view-head">
        <p class="eyebrow">
          <i class={`role-key role-${agent.role}`} aria-hidden="true" /> {titleOf(agent.role)}
        </p>
        <h1>
          <bdi>{agent.name}</bdi>{' '}
          {agent.left_quarter === null ? null : <span class="kind kind-ended">left {agent.left_quarter}</span>}
        </h1>
        <p class="view-sub">
          Plays <strong>{agent.strategy ?? 'nothing'}</strong>
          {agent.group === null || agent.group === agent.name ? '' : `, of the group ${agent.group}`}
          {agent.home === null ? '' : `, at home in ${agent.home}`}
          {agent.jurisdiction === null ? '' : `, for ${titleOf(agent.jurisdiction)}`}.{' '}
          <Link to="/messages" query={{ sender: agent.name }}>
            All it said
          </Link>
        </p>
      </header>
      <div class="tabs" role="tablist" aria-label="About the agent">
        {tabs.map(([id, title]) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={tab === id}
            aria-controls="agent-panel"
            onClick={() => setTab(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="agent-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'figures' ? <Figures value={props.value} /> : null}
        {tab === 'books' ? <Books name={agent.name} /> : null}
        {tab === 'moves' ? <Moves value={props.value} /> : null}
        {tab === 'turns' ? <Turns value={props.value} /> : null}
        {tabs.some(([id]) => id === tab) ? null : <Empty>There is no such page about an agent.</Empty>}
      </div>
    </>
  );
}

function Figures(props: { value: AgentInFull }): JSX.Element {
  const { agent, metrics } = props.value;
  if (metrics.length === 0) return <Empty>Nothing is measured of this agent.</Empty>;
  return (
    <div class="chart-grid">
      {inOrderOfQuestions(metrics).map((metric) => (
        <MetricChart key={metric.name} spec={{ metric: metric.name, title: titleOf(metric.name) }} subject={agent.name} height={140} />
      ))}
    </div>
  );
}

function Books(props: { name: string }): JSX.Element {
  const [entity, setEntity] = useParameter('entity', props.name);
  const path = apiPath('statements', { entity });
  const answer = useApi<Statements>(path);
  return (
    <Await answer={answer} path={path} what="the books">
      {(books) => (
        <>
          {books.entities.length > 1 ? (
            <div class="chips" role="group" aria-label="Whose books">
              {books.entities.map((name) => (
                <button key={name} type="button" aria-pressed={name === entity} onClick={() => setEntity(name)}>
                  {name}
                </button>
              ))}
            </div>
          ) : null}
          {books.lines.length === 0 ? <Empty>There are no books of {entity}.</Empty> : <StatementTables books={books} />}
        </>
      )}
    </Await>
  );
}

const kStatements: Record<string, string> = {
  income: 'Income statement',
  'cash-flow': 'Cash flow',
  balance: 'Balance sheet',
};
const kTotals = /^(net-income|operating|investing|financing|net-change|opening-cash|closing-cash|assets|liabilities|equity|total.*|revenue|expenses|gross-profit|operating-income|cash|opening-equity|retained-earnings)$/;

function StatementTables(props: { books: Statements }): JSX.Element {
  const { books } = props;
  const names = [...new Set(books.lines.map((line) => line.statement))];
  return (
    <div class="scroll-x books" tabIndex={0} role="region" aria-label="Statements, scrolls">
      <table class="list statements">
        <thead>
          <tr>
            <th scope="col">Account</th>
            {books.quarters.map((quarter) => (
              <th key={quarter} scope="col" class="number">
                {quarter}
              </th>
            ))}
          </tr>
        </thead>
        {names.map((statement) => (
          <tbody key={statement}>
            <tr class="statement-head">
              <th scope="rowgroup" colSpan={books.quarters.length + 1}>
                {kStatements[statement] ?? titleOf(statement)}
              </th>
            </tr>
            {books.lines
              .filter((line) => line.statement === statement)
              .map((line) => (
                <StatementLine key={line.account} entity={books.entity} line={line} quarters={books.quarters} />
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

// An account's figure leads to the bookings behind it, a total's to the statement.
function StatementLine(props: { entity: string; line: Statements['lines'][number]; quarters: string[] }): JSX.Element {
  const { entity, line, quarters } = props;
  const { leads } = useNavigation();
  const booked = leads('/ledger') && !kTotals.test(line.account);
  const cells = new Map(line.cells.map((cell) => [cell[0], cell]));
  return (
    <tr class={kTotals.test(line.account) ? 'total' : ''}>
      <th scope="row">{titleOf(line.account)}</th>
      {quarters.map((quarter, place) => {
        const cell = cells.get(place);
        return (
          <td key={quarter} class="number" title={cell === undefined ? undefined : exactCentsText(cell[1])}>
            {cell === undefined ? (
              <span class="quiet">–</span>
            ) : booked ? (
              <Link class="figure-link" to="/ledger" query={{ entity, quarter, account: line.account }}>
                {centsText(cell[1])}
              </Link>
            ) : (
              <RecordLink position={cell[2]}>{centsText(cell[1])}</RecordLink>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Moves(props: { value: AgentInFull }): JSX.Element {
  const { agent, kinds, refusals, deals, contracts } = props.value;
  const most = Math.max(1, ...kinds.map((kind) => kind.messages));
  return (
    <div class="columns">
      <section aria-labelledby="kinds-heading">
        <h2 id="kinds-heading">What it said</h2>
        {kinds.length === 0 ? (
          <Empty>It has said nothing.</Empty>
        ) : (
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col" class="number">
                  Messages
                </th>
                <th scope="col" class="bars">
                  <span class="visually-hidden">As bars</span>
                </th>
                <th scope="col" class="number">
                  Refused
                </th>
              </tr>
            </thead>
            <tbody>
              {kinds.map((kind) => (
                <tr key={kind.kind}>
                  <th scope="row">
                    <Kind kind={kind.kind} />
                  </th>
                  <td class="number">
                    <Link class="figure-link" to="/messages" query={{ sender: agent.name, kind: kind.kind }}>
                      {kind.messages}
                    </Link>
                  </td>
                  <td class="bars" aria-hidden="true">
                    <i class="bar bar-after" style={{ width: `${(kind.messages / most) * 100}%` }} />
                  </td>
                  <td class="number">
                    {kind.refused === 0 ? (
                      <span class="quiet">–</span>
                    ) : (
                      <Link
                        class="figure-link"
                        to="/messages"
                        query={{ sender: agent.name, kind: kind.kind, refused: 1 }}
                      >
                        {kind.refused}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <div>
        <section aria-labelledby="refusals-heading">
          <h2 id="refusals-heading">Refused by the market</h2>
          {refusals.length === 0 ? (
            <p class="quiet">No move of {agent.name} was refused.</p>
          ) : (
            <ul class="plain">
              {refusals.map((refusal) => (
                <li key={refusal.rule}>
                  <Link class="figure-link" to="/messages" query={{ sender: agent.name, refused: 1 }}>
                    {refusal.count}
                  </Link>{' '}
                  by <code>{refusal.rule}</code>, first <RecordLink position={refusal.first_position} />
                </li>
              ))}
            </ul>
          )}
        </section>
        <section aria-labelledby="its-deals-heading">
          <h2 id="its-deals-heading">Deals</h2>
          {deals.length === 0 ? <p class="quiet">None.</p> : null}
          <ul class="plain">
            {deals.map((deal) => (
              <li key={deal}>
                <DealLink deal={deal} />
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="its-contracts-heading">
          <h2 id="its-contracts-heading">Contracts</h2>
          {contracts.length === 0 ? <p class="quiet">None.</p> : null}
          <ul class="plain">
            {contracts.map((contract) => (
              <li key={contract}>
                <ThreadLink thread={contract} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

// Round by round: the view it was given, its mail, and what it did.
function Turns(props: { value: AgentInFull }): JSX.Element {
  const { agent, turns } = props.value;
  const { place, go } = useNavigation();
  const chosenQuarter = place.query.get('quarter') ?? turns[0]?.quarter ?? '';
  const turn = turns.find((one) => one.quarter === chosenQuarter);
  const chosenRound = Number(place.query.get('round') ?? turn?.rounds[0] ?? NaN);
  if (turns.length === 0) return <Empty>It has had no turn.</Empty>;
  return (
    <>
      <div class="filters">
        <label class="field">
          <span>Quarter</span>
          <select
            value={chosenQuarter}
            onChange={(event) =>
              go(place.path, changed(place.query, { quarter: event.currentTarget.value, round: null }), 'replace')
            }
          >
            {turns.map((one) => (
              <option key={one.quarter} value={one.quarter}>
                {one.quarter}
              </option>
            ))}
          </select>
        </label>
        <div class="field">
          <span id="round-label">Round</span>
          <div class="chips" role="group" aria-labelledby="round-label">
            {turn?.rounds.map((round) => (
              <StateLink key={round} class="chip" change={{ round }} aria-current={round === chosenRound ? 'true' : undefined}>
                {round}
              </StateLink>
            ))}
          </div>
        </div>
      </div>
      {turn === undefined || Number.isNaN(chosenRound) ? (
        <Empty>It had no turn in {chosenQuarter}.</Empty>
      ) : (
        <TurnBody agent={agent.name} quarter={chosenQuarter} round={chosenRound} />
      )}
    </>
  );
}

function TurnBody(props: { agent: string; quarter: string; round: number }): JSX.Element {
  const path = apiPath('turn', props);
  const answer = useApi<Turn>(path);
  return (
    <Await answer={answer} path={path} what="the turn">
      {(turn) => (
        <div class="columns">
          <div>
            <section aria-labelledby="inbox-heading">
              <h2 id="inbox-heading">Its mail</h2>
              <MessageList messages={turn.inbox} none="No mail had come." />
            </section>
            <section aria-labelledby="moves-heading">
              <h2 id="moves-heading">Its moves</h2>
              <MessageList messages={turn.moves} none="It made no move." />
            </section>
          </div>
          <section aria-labelledby="view-heading">
            <h2 id="view-heading">
              Its view {turn.view === null ? '' : <RecordLink position={turn.view} />}
            </h2>
            {turn.view_payload === null ? (
              <p class="quiet">It had no view of its own in this quarter.</p>
            ) : (
              <JsonTree value={insideOf(turn.view_payload)} open={1} />
            )}
            {turn.public_view === null ? null : <PublicView position={turn.public_view} />}
          </section>
        </div>
      )}
    </Await>
  );
}

// The record around a view says nothing that the page doesn't.
function insideOf(payload: Json): Json {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return payload;
  return payload['agentView'] ?? payload['agent_view'] ?? payload['publicView'] ?? payload['public_view'] ?? payload;
}

function PublicView(props: { position: number }): JSX.Element {
  const path = apiPath('record', { position: props.position });
  const answer = useApi<RecordInFull>(path);
  return (
    <>
      <h2>
        What everybody saw <RecordLink position={props.position} />
      </h2>
      <Await answer={answer} path={path} what="the public view">
        {(record) => <JsonTree value={insideOf(record.payload)} open={1} />}
      </Await>
    </>
  );
}

function MessageList(props: { messages: readonly RecordWithLines[]; none: string }): JSX.Element {
  if (props.messages.length === 0) return <p class="quiet">{props.none}</p>;
  return (
    <ul class="mail">
      {props.messages.map((message) => (
        <li key={message.position}>
          <div class="talk-head">
            <RecordLink position={message.position} />
            <Parties sender={message.sender} recipients={message.recipients} />
            <Kind kind={message.kind} refused={message.refused_by} />
          </div>
          <p class="said talk-text">{message.text}</p>
        </li>
      ))}
    </ul>
  );
}

