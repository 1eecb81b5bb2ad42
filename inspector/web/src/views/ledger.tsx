import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { apiPath, type Parameters } from '../api/path';
import type { LedgerRow, Position } from '../api/types';
import { useApi } from '../api/use_api';
import { RecordLink, ThreadLink } from '../components/links';
import { Await, Empty } from '../components/states';
import { centsText, exactCentsText } from '../format/money';
import { titleOf, wordsOf } from '../format/words';
import { Link, useNavigation } from '../navigation/navigation';

interface LedgerPage {
  entries: LedgerRow[];
  next: Position | null;
}

// Entries of the double-entry books: those behind a figure of a statement.
export function LedgerView(): JSX.Element {
  const { place } = useNavigation();
  const filters: Parameters = {};
  for (const name of ['entity', 'quarter', 'thread', 'kind', 'account']) filters[name] = place.query.get(name);
  const { entity, quarter, account } = filters;
  const [pages, setPages] = useState<(Position | null)[]>([null]);
  const key = JSON.stringify(filters);
  useEffect(() => setPages([null]), [key]);
  return (
    <>
      <header class="view-head">
        <p class="eyebrow">Bookings</p>
        <h1>
          {account ? titleOf(String(account)) : 'All accounts'}
          {entity ? ` of ${entity}` : ''}
          {quarter ? ` in ${quarter}` : ''}
        </h1>
        {entity ? (
          <p class="view-sub">
            <Link to="/agent" query={{ name: String(entity).replace(/\/treasury$/, ''), tab: 'books' }}>
              Its books
            </Link>
          </p>
        ) : null}
      </header>
      {pages.map((after, number) => (
        <LedgerPageOf
          key={`${key} ${after ?? 0}`}
          filters={{ ...filters, after }}
          onMore={number === pages.length - 1 ? (next) => setPages([...pages, next]) : null}
        />
      ))}
    </>
  );
}

function LedgerPageOf(props: { filters: Parameters; onMore: ((next: Position) => void) | null }): JSX.Element {
  const { onMore } = props;
  const path = apiPath('ledger', props.filters);
  const answer = useApi<LedgerPage>(path);
  return (
    <Await answer={answer} path={path} what="the bookings">
      {(page) => (
        <>
          {page.entries.length === 0 ? (
            <Empty>Nothing was booked here; the statement’s figure is carried over or a total.</Empty>
          ) : (
            <LedgerTable entries={page.entries} />
          )}
          {page.next === null || onMore === null ? null : (
            <button type="button" class="button" onClick={() => onMore(page.next ?? 0)}>
              More bookings
            </button>
          )}
        </>
      )}
    </Await>
  );
}

export function LedgerTable(props: { entries: readonly LedgerRow[] }): JSX.Element {
  return (
    <div class="scroll-x">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Record</th>
            <th scope="col">Quarter</th>
            <th scope="col">For</th>
            <th scope="col">Under</th>
            <th scope="col">Debit</th>
            <th scope="col">Credit</th>
            <th scope="col" class="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {props.entries.map((entry) => (
            <tr key={entry.position}>
              <th scope="row">
                <RecordLink position={entry.position} />
              </th>
              <td>{entry.quarter}</td>
              <td>{wordsOf(entry.kind)}</td>
              <td>
                {entry.thread === null || entry.thread === '' ? (
                  <span class="quiet">–</span>
                ) : (
                  <ThreadLink thread={entry.thread} />
                )}
              </td>
              <td>
                <bdi>{entry.debit_entity}</bdi> <span class="quiet">{wordsOf(entry.debit_account)}</span>
              </td>
              <td>
                <bdi>{entry.credit_entity}</bdi> <span class="quiet">{wordsOf(entry.credit_account)}</span>
              </td>
              <td class="number" title={exactCentsText(entry.amount_cents)}>
                <RecordLink position={entry.position}>{centsText(entry.amount_cents)}</RecordLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

