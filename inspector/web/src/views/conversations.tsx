import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { ApiError } from '../api/source';
import type { Position, Thread, ThreadMessage, ThreadRow, Why } from '../api/types';
import { useApi, useCache } from '../api/use_api';
import { Changes, Terms } from '../components/terms';
import { AgentList, DealLink, Kind, Parties, RecordLink, ThreadLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Await, Empty, Failed } from '../components/states';
import { plural, titleOf } from '../format/words';
import { useNavigation, useParameter } from '../navigation/navigation';
import { WhySection } from './deal';
import { SequenceDiagram } from './sequence_diagram';

// All threads: a negotiation, contract or review each.
export function ConversationsView(): JSX.Element {
  const [text, setText] = useParameter('text');
  const [typed, setTyped] = useState(text);
  const [pages, setPages] = useState<string[]>(['']);
  useEffect(() => {
    setTyped(text);
    setPages(['']);
  }, [text]);
  return (
    <>
      <h1>Conversations</h1>
      <form
        class="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setText(typed.trim());
        }}
      >
        <label class="field field-text">
          <span>Name contains</span>
          <input
            type="search"
            value={typed}
            placeholder="a lab, an investor, a deal"
            onInput={(event) => setTyped(event.currentTarget.value)}
            onBlur={() => setText(typed.trim())}
          />
        </label>
        <button type="submit" class="button">
          Find
        </button>
      </form>
      <div class="scroll-x">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Thread</th>
              <th scope="col">Began with</th>
              <th scope="col">Quarters</th>
              <th scope="col" class="number">
                Messages
              </th>
              <th scope="col">Last word</th>
            </tr>
          </thead>
          {pages.map((after, place) => (
            <ThreadPage
              key={after}
              after={after}
              text={text}
              isLast={place === pages.length - 1}
              onMore={(next) => setPages([...pages, next])}
            />
          ))}
        </table>
      </div>
    </>
  );
}

function ThreadPage(props: {
  after: string;
  text: string;
  isLast: boolean;
  onMore: (next: string) => void;
}): JSX.Element {
  const path = apiPath('threads', { text: props.text, after: props.after });
  const answer = useApi<{ threads: ThreadRow[]; next: string | null }>(path);
  return (
    <tbody>
      {answer.state !== 'ready' ? (
        <tr>
          <td colSpan={5}>
            <Await answer={answer} path={path} what="threads">
              {() => null}
            </Await>
          </td>
        </tr>
      ) : (
        <>
          {answer.value.threads.map((thread) => (
            <tr key={thread.thread}>
              <th scope="row">
                <ThreadLink thread={thread.thread} />
                {thread.deal ? (
                  <DealLink deal={thread.thread}>
                    <span class="tag">deal</span>
                  </DealLink>
                ) : null}
                {thread.contract ? <span class="tag">contract</span> : null}
              </th>
              <td>
                <Kind kind={thread.opening_kind} />
              </td>
              <td class="nowrap">
                {thread.first_quarter}
                {thread.last_quarter === thread.first_quarter ? '' : ` – ${thread.last_quarter}`}
              </td>
              <td class="number">{thread.messages}</td>
              <td class="last-word">
                <RecordLink position={thread.last_position} /> <Kind kind={thread.last_kind} />{' '}
                <span class="said quiet">{thread.last_text}</span>
              </td>
            </tr>
          ))}
          {answer.value.threads.length === 0 && props.after === '' ? (
            <tr>
              <td colSpan={5}>
                <Empty>
                  {props.text === '' ? 'Nobody has opened a thread so far.' : `No thread’s name contains “${props.text}”.`}
                </Empty>
              </td>
            </tr>
          ) : null}
          {props.isLast && answer.value.next !== null ? (
            <tr>
              <td colSpan={5}>
                <button type="button" class="button" onClick={() => props.onMore(answer.value.next ?? '')}>
                  More threads
                </button>
              </td>
            </tr>
          ) : null}
        </>
      )}
    </tbody>
  );
}

// One negotiation, read as a conversation or seen as a sequence diagram.
export function ConversationView(): JSX.Element {
  const [id] = useParameter('id');
  if (id === '') return <Empty>The address names no thread.</Empty>;
  return <Conversation key={id} id={id} />;
}

function Conversation(props: { id: string }): JSX.Element {
  const path = apiPath('thread', { id: props.id });
  const answer = useApi<Thread>(path);
  return (
    <Await answer={answer} path={path} what="the conversation">
      {(thread) => <ConversationBody id={props.id} thread={thread} />}
    </Await>
  );
}

function ConversationBody(props: { id: string; thread: Thread }): JSX.Element {
  const { thread } = props;
  const [view, setView] = useParameter('view', 'transcript');
  const { place } = useNavigation();
  const { isReport } = useRun();
  const more = useFollowingMessages(props.id, thread.next);
  const messages = [...thread.messages, ...more.messages];
  const opened = Number(place.query.get('record') ?? NaN);
  const parties = thread.parties.filter((name) => name !== 'market');
  return (
    <>
      <header class="view-head">
        <p class="eyebrow">Conversation</p>
        <h1 class="thread-name">
          <bdi>{thread.thread}</bdi>
        </h1>
        <p class="view-sub">
          {plural(messages.length, 'message')}
          {more.next === null ? '' : ' so far'} between <AgentList names={parties} most={8} />
        </p>
        {thread.deals.length === 0 ? null : (
          <p class="view-sub">
            {thread.deals.length === 1 ? 'Deal: ' : 'Deals: '}
            {thread.deals.map((deal, index) => (
              <>
                {index > 0 ? ', ' : ''}
                <DealLink key={deal} deal={deal}>
                  <bdi>{shortened(deal, thread.thread)}</bdi>
                </DealLink>
              </>
            ))}
          </p>
        )}
        {thread.contracts.length === 0 ? null : (
          <p class="view-sub">
            Contracts:{' '}
            {thread.contracts.map((contract, index) => (
              <>
                {index > 0 ? ', ' : ''}
                <ThreadLink key={contract} thread={contract}>
                  <bdi>{shortened(contract, thread.thread)}</bdi>
                </ThreadLink>
              </>
            ))}
          </p>
        )}
      </header>
      <div class="tabs" role="tablist" aria-label="How to see it">
        {Object.entries(kTabs)
          .filter(([name]) => name !== 'why' || !isReport)
          .map(([name, title]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={view === name}
            aria-controls="conversation-panel"
            onClick={() => setView(name)}
          >
            {title}
          </button>
          ))}
      </div>
      <div id="conversation-panel" role="tabpanel" aria-labelledby={`tab-${view}`}>
        {messages.length === 0 ? <Empty>Nothing was said in this thread.</Empty> : null}
        {view === 'why' ? <WhyTab id={thread.thread} /> : null}
        {view === 'sequence' ? (
          <SequenceDiagram messages={messages} opened={Number.isNaN(opened) ? null : opened} />
        ) : null}
        {view === 'transcript' ? <Transcript messages={messages} thread={thread.thread} opened={opened} /> : null}
        {more.failure === null ? null : <Failed error={more.failure} />}
        {more.next === null || view === 'why' ? null : (
          <button type="button" class="button" onClick={more.ask}>
            More messages
          </button>
        )}
      </div>
    </>
  );
}

const kTabs = { transcript: 'Transcript', sequence: 'Sequence diagram', why: 'Why it ended so' };

function WhyTab(props: { id: string }): JSX.Element {
  const path = apiPath('why', { id: props.id });
  const answer = useApi<Why>(path);
  return (
    <Await answer={answer} path={path} what="the causes">
      {(why) => <WhySection why={why} />}
    </Await>
  );
}

// What comes after the first page of a long thread, page by page as the reader asks.
function useFollowingMessages(
  id: string,
  first: Position | null,
): { messages: ThreadMessage[]; next: Position | null; failure: ApiError | null; ask: () => void } {
  const cache = useCache();
  const [messages, setMessages] = useState<ThreadMessage[]>([]);
  const [next, setNext] = useState(first);
  const [failure, setFailure] = useState<ApiError | null>(null);
  // A thread of a live run grows.
  useEffect(() => {
    setMessages([]);
    setNext(first);
  }, [first]);
  const ask = (): void => {
    cache.source.get(apiPath('thread', { id, after: next })).then(
      (value) => {
        const page = value as Thread;
        setMessages((known) => [...known, ...page.messages]);
        setNext(page.next);
        setFailure(null);
      },
      (error: unknown) => setFailure(error as ApiError),
    );
  };
  return { messages, next, failure, ask };
}

// A thread below another by what it adds.
function shortened(name: string, above: string): string {
  return name.startsWith(`${above}/`) ? name.slice(above.length + 1) : name;
}

const kDeepest = 6;

function Transcript(props: { messages: readonly ThreadMessage[]; thread: string; opened: number }): JSX.Element {
  let quarter = '';
  return (
    <ol class="transcript">
      {props.messages.map((message) => {
        const begins = message.quarter !== quarter;
        quarter = message.quarter;
        return (
          <>
            {begins ? (
              <li key={message.quarter} class="transcript-quarter">
                {message.quarter}
              </li>
            ) : null}
            <TranscriptMessage
              key={message.position}
              message={message}
              thread={props.thread}
              opened={message.position === props.opened}
            />
          </>
        );
      })}
    </ol>
  );
}

function TranscriptMessage(props: { message: ThreadMessage; thread: string; opened: boolean }): JSX.Element {
  const { message } = props;
  const below = message.thread !== null && message.thread !== props.thread ? shortened(message.thread, props.thread) : null;
  return (
    <li
      class={`talk ${props.opened ? 'opened' : ''} ${message.sender === 'market' ? 'from-market' : ''}`}
      style={{ '--depth': String(Math.min(message.depth, kDeepest)) }}
    >
      <div class="talk-head">
        <RecordLink position={message.position} />
        <span class="quiet">round {message.round}</span>
        <Parties sender={message.sender} recipients={message.recipients} />
        <Kind kind={message.kind} refused={message.refused_by} />
        {below === null ? null : <span class="tag">{below}</span>}
      </div>
      <p class="said talk-text">{message.text}</p>
      {message.changes.length === 0 ? null : (
        <div class="talk-changes">
          {message.changed_from === null ? null : (
            <span class="quiet">
              against <RecordLink position={message.changed_from} />
            </span>
          )}
          <Changes changes={message.changes} />
        </div>
      )}
      {message.terms.length === 0 ? (
        message.lines.length === 0 ? null : (
          <ul class="lines">
            {message.lines.map((line, place) => (
              <li key={place} class="said">
                {line}
              </li>
            ))}
          </ul>
        )
      ) : (
        <details>
          <summary>{titleOf('terms')} in full</summary>
          <Terms terms={message.terms} changes={message.changes} />
        </details>
      )}
    </li>
  );
}
