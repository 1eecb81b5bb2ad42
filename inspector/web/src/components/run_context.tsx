import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { apiPath } from '../api/path';
import type { Agent, Run } from '../api/types';
import { useApi } from '../api/use_api';
import { Palette } from '../charts/palette';
import { Await } from './states';

interface RunValue {
  run: Run;
  agents: Agent[];
  palette: Palette;
  // A report holds only what it was given; a log answers everything.
  isReport: boolean;
}

const RunContext = createContext<RunValue | null>(null);

export const kRunPath = apiPath('run');
export const kAgentsPath = apiPath('agents');

// Gives the run and its agents to everything inside, or says why there are none.
export function RunProvider(props: { isReport: boolean; children: ComponentChildren }): JSX.Element {
  const run = useApi<Run>(kRunPath);
  const agents = useApi<{ agents: Agent[] }>(kAgentsPath);
  return (
    <Await answer={run} path={kRunPath} what="the run">
      {(theRun) => (
        <Await answer={agents} path={kAgentsPath} what="the agents">
          {(them) => (
            <Provide run={theRun} agents={them.agents} isReport={props.isReport}>
              {props.children}
            </Provide>
          )}
        </Await>
      )}
    </Await>
  );
}

function Provide(props: {
  run: Run;
  agents: Agent[];
  isReport: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const { run, agents, isReport } = props;
  const value = useMemo(() => ({ run, agents, isReport, palette: new Palette(agents) }), [run, agents, isReport]);
  return <RunContext.Provider value={value}>{props.children}</RunContext.Provider>;
}

export function useRun(): RunValue {
  const value = useContext(RunContext);
  if (value === null) throw new Error('no RunContext');
  return value;
}

export function useAgents(): readonly Agent[] {
  return useRun().agents;
}
