import type { JSX } from 'preact';
import { apiPath } from '../api/path';
import type { Contract, Deal } from '../api/types';
import { useApi } from '../api/use_api';
import { AgentLink, DealLink, RecordLink, ThreadLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty } from '../components/states';
import { centsText, microsText } from '../format/money';
import { bpText, countText } from '../format/quantity';
import { titleOf, wordsOf } from '../format/words';
import { useParameter } from '../navigation/navigation';
import { kDealsPath } from './notable';

export const kContractsPath = apiPath('contracts');

// Everything that was signed: shares and purchases, and contracts for compute and models.
export function DealsView(): JSX.Element {
  const { run } = useRun();
  const deals = useApi<{ deals: Deal[]; next: string | null }>(kDealsPath);
  const contracts = useApi<{ contracts: Contract[]; next: string | null }>(kContractsPath);
  return (
    <>
      <h1>Deals and contracts</h1>
      <section aria-labelledby="deals-heading">
        <h2 id="deals-heading">Deals</h2>
        <Await answer={deals} path={kDealsPath} what="deals">
          {(value) =>
            value.deals.length === 0 ? (
              <Empty>No deal has been signed{run.state === 'live' ? ' so far' : ''}.</Empty>
            ) : (
              <DealTable deals={value.deals} more={value.next !== null} />
            )
          }
        </Await>
      </section>
      <section aria-labelledby="contracts-heading">
        <h2 id="contracts-heading">Contracts</h2>
        <Await answer={contracts} path={kContractsPath} what="contracts">
          {(value) =>
            value.contracts.length === 0 ? (
              <Empty>No contract has been signed{run.state === 'live' ? ' so far' : ''}.</Empty>
            ) : (
              <ContractTable contracts={value.contracts} more={value.next !== null} />
            )
          }
        </Await>
      </section>
    </>
  );
}

const kStates: Record<string, string> = { closed: 'agreed', ended: 'ended', 'under-review': 'ruling', signed: 'offer' };

export function DealState(props: { deal: Deal }): JSX.Element {
  const { deal } = props;
  const lost = deal.state === 'ended' && deal.outcome !== 'completed';
  const look = deal.state === 'ended' && !lost ? 'agreed' : (kStates[deal.state] ?? 'plan');
  return (
    <span class={`kind kind-${look}`} title={deal.reason ?? undefined}>
      {deal.state === 'ended' && deal.outcome !== null ? wordsOf(deal.outcome) : wordsOf(deal.state)}
    </span>
  );
}

// Deals, which the reader narrows down by their state unless the table is to be `whole`.
export function DealTable(props: { deals: readonly Deal[]; more?: boolean; whole?: boolean }): JSX.Element {
  const [chosen, setState] = useParameter('state');
  const state = props.whole === true ? '' : chosen;
  const states = props.whole === true ? [] : [...new Set(props.deals.map((deal) => deal.state))];
  const shown = props.deals.filter((deal) => state === '' || deal.state === state);
  return (
    <>
      {states.length < 2 ? null : (
        <div class="chips" role="group" aria-label="State of the deals">
          {['', ...states].map((name) => (
            <button key={name} type="button" aria-pressed={state === name} onClick={() => setState(name)}>
              {name === '' ? 'All' : titleOf(name)}
            </button>
          ))}
        </div>
      )}
      <div class="scroll-x">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Deal</th>
              <th scope="col">Signed</th>
              <th scope="col">Who</th>
              <th scope="col">In</th>
              <th scope="col" class="number">
                Amount
              </th>
              <th scope="col" class="number">
                Pre-money
              </th>
              <th scope="col" class="number">
                Paid
              </th>
              <th scope="col">Comes with</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((deal) => (
              <tr key={deal.deal}>
                <th scope="row">
                  <DealLink deal={deal.deal} />
                </th>
                <td class="nowrap">
                  {deal.signed_quarter} <RecordLink position={deal.position} />
                </td>
                <td>{deal.investor === null ? '' : <AgentLink name={deal.investor} />}</td>
                <td>{deal.lab === null ? '' : <AgentLink name={deal.lab} />}</td>
                <td class="number">
                  <Amount cents={deal.amount_cents} position={deal.position} />
                </td>
                <td class="number">
                  <Amount cents={deal.pre_money_cents} position={deal.position} />
                </td>
                <td class="number">
                  {deal.drawn_cents === null || deal.drawn_cents === '0' ? (
                    <span class="quiet">–</span>
                  ) : (
                    <DealLink deal={deal.deal} look="figure-link">
                      {centsText(deal.drawn_cents)}
                    </DealLink>
                  )}
                </td>
                <td class="quiet words">{comesWith(deal)}</td>
                <td>
                  <DealState deal={deal} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.more === true ? <p class="quiet">These are the first {props.deals.length} deals.</p> : null}
    </>
  );
}

export function Amount(props: { cents: string | null; position: number }): JSX.Element {
  if (props.cents === null || props.cents === '0') return <span class="quiet">–</span>;
  return <RecordLink position={props.position}>{centsText(props.cents)}</RecordLink>;
}

function comesWith(deal: Deal): string {
  const parts: string[] = [];
  if (deal.kind !== 'funding') parts.push(wordsOf(deal.kind));
  if (deal.instrument === 'convertible-note') parts.push('note');
  if (deal.tranches !== null && deal.tranches > 1) parts.push(`${deal.tranches} tranches`);
  if (deal.board_right !== null && deal.board_right !== 'none') parts.push(wordsOf(deal.board_right));
  if (deal.cloud_commitment_cents !== null && deal.cloud_commitment_cents !== '0') {
    parts.push(`${centsText(deal.cloud_commitment_cents)} at ${deal.cloud ?? 'its cloud'}`);
  }
  return parts.join(', ');
}

export function ContractTable(props: { contracts: readonly Contract[]; more?: boolean }): JSX.Element {
  return (
    <>
      <div class="scroll-x">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Contract</th>
              <th scope="col">Signed</th>
              <th scope="col">Kind</th>
              <th scope="col">Provider</th>
              <th scope="col">Customer</th>
              <th scope="col">Terms</th>
              <th scope="col">Until</th>
            </tr>
          </thead>
          <tbody>
            {props.contracts.map((contract) => (
              <tr key={contract.contract}>
                <th scope="row">
                  <ThreadLink thread={contract.contract} />
                </th>
                <td class="nowrap">
                  {contract.signed_quarter} <RecordLink position={contract.position} />
                </td>
                <td>{wordsOf(contract.kind)}</td>
                <td>
                  <AgentLink name={contract.provider} />
                </td>
                <td>
                  <AgentLink name={contract.customer} />
                </td>
                <td class="words">
                  <RecordLink position={contract.position}>{contractTerms(contract)}</RecordLink>
                </td>
                <td title={contract.end_reason ?? undefined}>
                  {contract.ended_quarter === null ? (
                    <span class="quiet">
                      {contract.term_quarters === null ? 'runs' : `${contract.term_quarters} quarters`}
                    </span>
                  ) : (
                    <span class="kind kind-ended">ended {contract.ended_quarter}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.more === true ? <p class="quiet">These are the first {props.contracts.length} contracts.</p> : null}
    </>
  );
}

export function contractTerms(contract: Contract): string {
  const parts: string[] = [];
  if (contract.accelerators_h100e !== null) parts.push(`${countText(contract.accelerators_h100e)} H100e`);
  if (contract.price_micros_per_gpu_hour !== null) {
    parts.push(`${microsText(contract.price_micros_per_gpu_hour)} a GPU-hour`);
  }
  if (contract.take_or_pay_bp !== null && contract.take_or_pay_bp > 0) {
    parts.push(`${bpText(contract.take_or_pay_bp)} take or pay`);
  }
  if (contract.revenue_share_bp !== null) parts.push(`${bpText(contract.revenue_share_bp)} of sales`);
  if (contract.fee_cents_per_quarter !== null && contract.fee_cents_per_quarter !== '0') {
    parts.push(`${centsText(contract.fee_cents_per_quarter)} a quarter`);
  }
  if (contract.royalty_bp !== null && contract.royalty_bp > 0) parts.push(`${bpText(contract.royalty_bp)} royalty`);
  if (contract.amount_cents !== null && contract.amount_cents !== '0') {
    parts.push(`${centsText(contract.amount_cents)} in all`);
  }
  if (contract.exclusive === true || contract.exclusive === 1) parts.push('exclusive');
  return parts.length === 0 ? 'terms' : parts.join(', ');
}
