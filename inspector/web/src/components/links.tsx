import type { ComponentChildren, JSX } from 'preact';
import type { Position, Quarter } from '../api/types';
import { Link, StateLink } from '../navigation/navigation';

// Links to what names stand for. Every figure leads to the record it comes from.

export type LogName = 'a' | 'b';

export function RecordLink(props: {
  position: Position;
  log?: LogName;
  children?: ComponentChildren;
  label?: string;
}): JSX.Element {
  const name = props.log === 'b' ? `b:${props.position}` : String(props.position);
  return (
    <StateLink
      change={{ record: name }}
      class={props.children === undefined ? 'position' : 'figure-link'}
      aria-label={props.label ?? (props.children === undefined ? `Record ${props.position}` : undefined)}
      title={props.children === undefined ? undefined : `Record ${props.position}`}
    >
      {props.children ?? `#${props.position}`}
    </StateLink>
  );
}

export function AgentLink(props: { name: string }): JSX.Element {
  const { name } = props;
  if (name === 'market' || name.startsWith('population/')) return <bdi class="agent-none">{name}</bdi>;
  return (
    <Link class="agent" to="/agent" query={{ name }}>
      <bdi>{name}</bdi>
    </Link>
  );
}

export function AgentList(props: { names: readonly string[]; most?: number }): JSX.Element {
  const most = props.most ?? 4;
  const shown = props.names.length > most + 1 ? props.names.slice(0, most) : props.names;
  const rest = props.names.length - shown.length;
  return (
    <>
      {shown.map((name, place) => (
        <>
          {place > 0 ? ', ' : ''}
          <AgentLink key={name} name={name} />
        </>
      ))}
      {rest > 0 ? <span title={props.names.join(', ')}> and {rest} more</span> : null}
    </>
  );
}

export function ThreadLink(props: { thread: string; children?: ComponentChildren }): JSX.Element {
  return (
    <Link class="thread" to="/conversation" query={{ id: props.thread }}>
      {props.children ?? <bdi>{props.thread}</bdi>}
    </Link>
  );
}

export function DealLink(props: { deal: string; look?: string; children?: ComponentChildren }): JSX.Element {
  return (
    <Link class={props.look ?? 'thread'} to="/deal" query={{ id: props.deal }}>
      {props.children ?? <bdi>{props.deal}</bdi>}
    </Link>
  );
}

export function QuarterLink(props: { quarter: Quarter }): JSX.Element {
  return (
    <Link class="quarter" to="/messages" query={{ quarter: props.quarter }} title={`Messages of ${props.quarter}`}>
      {props.quarter}
    </Link>
  );
}

// Who speaks to whom. Without recipients it is for the market alone.
export function Parties(props: { sender: string | null; recipients: readonly string[] }): JSX.Element {
  return (
    <span class="parties">
      {props.sender === null ? <span class="agent-none">the log</span> : <AgentLink name={props.sender} />}
      {props.sender === null ? null : (
        <>
          <span class="arrow" aria-label="to">
            {' → '}
          </span>
          {props.recipients.length === 0 ? (
            <span class="agent-none">market</span>
          ) : (
            <AgentList names={props.recipients} />
          )}
        </>
      )}
    </span>
  );
}

export function Kind(props: { kind: string; refused?: string | null }): JSX.Element {
  return (
    <span class={`kind kind-${kindClass(props.kind)}`}>
      {props.kind.replaceAll('_', ' ')}
      {props.refused ? <span class="refused"> refused</span> : null}
    </span>
  );
}

// Messages of a kind look alike: offers, agreement, refusal, rulings, the market's word.
export function kindClass(kind: string): string {
  if (/^(term_sheet|counter_offer|.*_offer|.*_quote|funding_ask|.*_request|merger_proposal)$/.test(kind)) {
    return kind === 'job_offer' || kind === 'retention_offer' || kind === 'remedy_offer' ? 'plan' : 'offer';
  }
  if (/^(acceptance|definitive_agreement|deal_signed|contract_signed|contract_renewal|contract_repriced|closing|pro_rata_exercise|note_conversion)$/.test(kind)) {
    return 'agreed';
  }
  if (/^(refusal|withdrawal|rejected|deal_ended|contract_ended|insolvency|default_notice|tranche_lapsed|proposal_expired|contract_termination|rationing)$/.test(kind)) {
    return 'ended';
  }
  if (/^(filing_required|merger_notification|second_request|information_response|statement_of_concerns|remedy_offer|decision|litigation|court_ruling|shareholder_vote|seat_barred|waiting_period_expired|rule_in_force)$/.test(kind)) {
    return 'ruling';
  }
  if (/^(header|seat|public_view|agent_view|pass|ledger_entry|metric|relation|cap_table_entry|statements|quarter_closed|run_ended)$/.test(kind)) {
    return 'record';
  }
  return 'plan';
}
