import type { JSX } from 'preact';
import type { RecordRow } from '../api/types';
import { kindClass } from '../components/links';
import { wordsOf } from '../format/words';
import { StateLink } from '../navigation/navigation';

// A negotiation as a sequence diagram: a lifeline for each party, an arrow for each message, time
// downwards. An arrow leads to its record.

const kLeft = 96;
const kLane = 132;
const kRow = 38;
const kHead = 34;

// A message without recipients is for the market.
const receivers = (message: RecordRow): string[] => (message.recipients.length === 0 ? ['market'] : message.recipients);

// Parties in the order they appear, the market last.
export function lifelines(messages: readonly RecordRow[]): string[] {
  const names = new Set(messages.flatMap((message) => [message.sender ?? 'market', ...receivers(message)]));
  const hasMarket = names.delete('market');
  return hasMarket ? [...names, 'market'] : [...names];
}

export function SequenceDiagram(props: { messages: readonly RecordRow[]; opened: number | null }): JSX.Element {
  const { messages, opened } = props;
  const parties = lifelines(messages);
  const xOf = new Map(parties.map((name, place) => [name, kLeft + kLane * (place + 0.5)]));
  const width = kLeft + kLane * parties.length + 16;
  const height = kRow * messages.length + 20;
  return (
    <div class="sequence" tabIndex={0} role="region" aria-label="Sequence diagram, scrolls">
      <div class="sequence-head" style={{ width: `${width}px` }}>
        <svg width={width} height={kHead} aria-hidden="true">
          {parties.map((name) => (
            <text key={name} x={xOf.get(name)} y={21} text-anchor="middle" class="party">
              {clipped(name, 16)}
              <title>{name}</title>
            </text>
          ))}
        </svg>
      </div>
      <svg width={width} height={height} role="group" aria-label={`${messages.length} messages between ${parties.join(', ')}`}>
        {parties.map((name) => (
          <line key={name} class="lifeline" x1={xOf.get(name)} x2={xOf.get(name)} y1={0} y2={height} />
        ))}
        {messages.map((message, place) => (
          <Arrow
            key={message.position}
            message={message}
            before={messages[place - 1]}
            y={place * kRow + 28}
            width={width}
            xOf={xOf}
            opened={message.position === opened}
          />
        ))}
      </svg>
    </div>
  );
}

function Arrow(props: {
  message: RecordRow;
  before: RecordRow | undefined;
  y: number;
  width: number;
  xOf: ReadonlyMap<string, number>;
  opened: boolean;
}): JSX.Element {
  const { message, before, y, xOf } = props;
  const from = xOf.get(message.sender ?? 'market') ?? kLeft;
  const targets = receivers(message)
    .map((name) => xOf.get(name) ?? kLeft)
    .filter((x) => x !== from);
  const left = Math.min(from, ...targets);
  const right = Math.max(from, ...targets);
  const newQuarter = before === undefined || before.quarter !== message.quarter;
  const label = wordsOf(message.kind) + (message.refused_by === null ? '' : ' (refused)');
  return (
    <>
      {newQuarter && before !== undefined ? (
        <line class="quarter-rule" x1={0} x2={props.width} y1={y - 24} y2={y - 24} />
      ) : null}
      <StateLink
        class={`arrow-link kind-${kindClass(message.kind)} ${props.opened ? 'opened' : ''}`}
        change={{ record: message.position }}
        aria-label={`${message.quarter} round ${message.round}: ${message.sender ?? 'market'} to ${receivers(message).join(', ')}: ${message.text}`}
      >
        <title>{`#${message.position} ${message.text}`}</title>
        <rect class="arrow-back" x={0} y={y - 23} width={props.width} height={kRow} />
        <text class="when" x={8} y={y + 1}>
          {newQuarter ? `${message.quarter} r${message.round}` : `r${message.round}`}
        </text>
        <text class="kind-label" x={(left + right) / 2} y={y - 7} text-anchor="middle">
          {clipped(label, 26)}
        </text>
        <line class="shaft" x1={left} x2={right} y1={y} y2={y} />
        <circle class="start" cx={from} cy={y} r={3} />
        {targets.map((x) => {
          const back = x > from ? -7 : 7;
          return <path key={x} class="head" d={`M${x} ${y}l${back} -4v8z`} />;
        })}
        {targets.length === 0 ? <circle class="self" cx={from} cy={y} r={6} /> : null}
      </StateLink>
    </>
  );
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
