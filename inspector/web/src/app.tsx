import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { followRun } from './api/live';
import type { RunStatus } from './api/types';
import { useCache } from './api/use_api';
import { RecordPanel } from './components/record_panel';
import { RunProvider, useRun } from './components/run_context';
import { Empty } from './components/states';
import { ThemeButton } from './components/theme';
import { titleOf } from './format/words';
import { Link, useNavigation } from './navigation/navigation';
import { ShortcutsDialog, useShortcuts } from './shortcuts';
import { AgentView } from './views/agent';
import { AgentsView } from './views/agents';
import { AlliancesView } from './views/alliances';
import { CompareView } from './views/compare';
import { ConversationsView, ConversationView } from './views/conversations';
import { DealView } from './views/deal';
import { LedgerView } from './views/ledger';
import { DealsView } from './views/deals';
import { MessagesView } from './views/messages';
import { TimelineView } from './views/timeline';

export interface View {
  path: string;
  title: string;
  // In the navigation; the others are reached by links.
  listed?: boolean;
  // Listed view it belongs to.
  within?: string;
  show: () => JSX.Element;
}

export const kInspectorViews: View[] = [
  { path: '/', title: 'Timeline', listed: true, show: () => <TimelineView /> },
  { path: '/messages', title: 'Messages', listed: true, show: () => <MessagesView /> },
  { path: '/conversations', title: 'Conversations', listed: true, show: () => <ConversationsView /> },
  { path: '/conversation', title: 'Conversation', within: '/conversations', show: () => <ConversationView /> },
  { path: '/deals', title: 'Deals', listed: true, show: () => <DealsView /> },
  { path: '/deal', title: 'Deal', within: '/deals', show: () => <DealView /> },
  { path: '/alliances', title: 'Alliances', listed: true, show: () => <AlliancesView /> },
  { path: '/agents', title: 'Agents', listed: true, show: () => <AgentsView /> },
  { path: '/agent', title: 'Agent', within: '/agents', show: () => <AgentView /> },
  { path: '/ledger', title: 'Bookings', within: '/agents', show: () => <LedgerView /> },
  { path: '/compare', title: 'Compare', listed: true, show: () => <CompareView /> },
];

// The inspector: the run's name and state above, a view below, a record beside it.
export function App(): JSX.Element {
  return (
    <Frame
      views={kInspectorViews}
      status={<FollowedState />}
      tools={<ShortcutsDialog views={kInspectorViews} />}
      isReport={false}
    />
  );
}

export function Frame(props: {
  views: View[];
  status: ComponentChildren;
  tools?: ComponentChildren;
  isReport: boolean;
}): JSX.Element {
  const { place } = useNavigation();
  const view = props.views.find((one) => one.path === place.path);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const subject = place.query.get('id') ?? place.query.get('name') ?? '';

  // A reader of the screen hears of a new view, and a keyboard goes on from its top.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place.path, subject]);

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the contents
      </a>
      <RunProvider isReport={props.isReport}>
        <Header views={props.views} view={view} status={props.status} tools={props.tools} subject={subject} />
        <div class={`page ${place.query.has('record') ? 'with-panel' : ''}`}>
          <main id="main" ref={main} tabIndex={-1}>
            {view === undefined ? <NoSuchPage /> : view.show()}
          </main>
          <RecordPanel />
        </div>
      </RunProvider>
    </>
  );
}

function NoSuchPage(): JSX.Element {
  return (
    <Empty>
      <h1>There is no such page</h1>
      <p>
        <Link to="/">Go to the beginning</Link>
      </p>
    </Empty>
  );
}

function Header(props: {
  views: View[];
  view: View | undefined;
  status: ComponentChildren;
  tools: ComponentChildren;
  subject: string;
}): JSX.Element {
  const { run } = useRun();
  const { views, view, subject } = props;
  const name = run.scenario?.name ?? 'no run yet';
  useEffect(() => {
    document.title = [subject, view?.title ?? 'No such page', name, 'Tranche'].filter((part) => part !== '').join(' · ');
  }, [subject, view, name]);
  const current = view?.within ?? view?.path;
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the views scroll sideways.
  useEffect(() => {
    const link = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (link === null || link === undefined || nav.current === null) return;
    nav.current.scrollLeft = link.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return (
    <header class="top">
      <div class="top-row">
        <Link class="brand" to="/" aria-label="Tranche, to the beginning">
          <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" class="brand-back" />
            <rect x="7" y="17" width="4.5" height="8" rx="1" fill="#fff" opacity=".65" />
            <rect x="13.75" y="12" width="4.5" height="13" rx="1" fill="#fff" opacity=".82" />
            <rect x="20.5" y="7" width="4.5" height="18" rx="1" fill="#fff" />
          </svg>
          <span class="brand-name">Tranche</span>
        </Link>
        <span class="run-name" title={run.path}>
          <bdi>{name}</bdi>
          {run.seed === null ? null : <span class="quiet"> seed {run.seed}</span>}
        </span>
        {props.status}
        <span class="spacer" />
        {props.tools}
        <ThemeButton />
      </div>
      <nav class="views" aria-label="Views" ref={nav}>
        {views
          .filter((one) => one.listed === true && (one.path !== '/compare' || run.compare))
          .map((one) => (
            <Link key={one.path} to={one.path} aria-current={one.path === current ? 'page' : undefined}>
              {one.title}
            </Link>
          ))}
      </nav>
    </header>
  );
}

export function RunState(props: { state: string; note?: string }): JSX.Element {
  return (
    <span class={`run-state state-${props.state}`} title={props.note}>
      <i aria-hidden="true" />
      {titleOf(props.state)}
    </span>
  );
}

// The state of the run, which follows it while it isn't over.
function FollowedState(): JSX.Element {
  const cache = useCache();
  const { run } = useRun();
  const [status, setStatus] = useState<RunStatus | null>(null);
  useShortcuts(kInspectorViews);
  const over = run.state === 'completed';
  useEffect(() => (over ? undefined : followRun(cache, setStatus)), [cache, over]);
  // The run may be read to be over before the event says so, and nobody listens from then on.
  const state = over ? run.state : (status?.state ?? run.state);
  return (
    <>
      <RunState state={state} />
      <span class="visually-hidden" role="status">
        {status?.last_closed === null || status === null ? '' : `${status.last_closed} is closed`}
      </span>
    </>
  );
}
