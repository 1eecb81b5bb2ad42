import { render } from 'preact';
import { ApiCache } from './api/cache';
import { ApiContext } from './api/use_api';
import { Frame, kInspectorViews, RunState, type View } from './app';
import { Empty } from './components/states';
import { ThemeProvider } from './components/theme';
import { useRun } from './components/run_context';
import { NavigationProvider } from './navigation/navigation';
import { ReportSource, type Report } from './report/report_source';
import { StoryView } from './report/story';
import './styles/all.css';

const kShared = new Set(['/conversation', '/deals', '/deal', '/alliances', '/agents', '/agent']);
const kViews: View[] = [
  { path: '/', title: 'Story', listed: true, show: () => <StoryView /> },
  ...kInspectorViews
    .filter((view) => kShared.has(view.path))
    // Conversations are reached from the deals they led to.
    .map((view) => (view.path === '/conversation' ? { ...view, within: '/deals' } : view)),
];
const kPaths = kViews.map((view) => view.path);

const slot = document.getElementById('tranche-report');
const root = document.getElementById('app');
if (root === null || slot === null) throw new Error('the report is not whole');
const report = JSON.parse(slot.textContent ?? 'null') as Report | null;

function ReportNote(props: { report: Report }) {
  const { run } = useRun();
  const left = props.report.left_out ?? [];
  const note = `Made by ${props.report.generated_by}${left.length > 0 ? `; too large to carry: ${left.join(', ')}` : ''}`;
  return <RunState state={run.state} note={note} />;
}

render(
  <ThemeProvider>
    {report === null ? (
      <main>
        <Empty>
          <h1>An empty report</h1>
          <p>
            This is the template of <code>tranche report</code>, without a run in it.
          </p>
        </Empty>
      </main>
    ) : (
      <ApiContext.Provider value={new ApiCache(new ReportSource(report))}>
        <NavigationProvider kind="hash" paths={kPaths}>
          <Frame views={kViews} status={<ReportNote report={report} />} isReport />
        </NavigationProvider>
      </ApiContext.Provider>
    )}
  </ThemeProvider>,
  root,
);
