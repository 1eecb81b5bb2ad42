import type { JSX } from 'preact';
import type { Agent } from '../api/types';
import { AgentLink } from '../components/links';
import { useRun } from '../components/run_context';
import { Empty } from '../components/states';
import { plural, titleOf } from '../format/words';
import { useParameter } from '../navigation/navigation';

const kRoles = ['lab', 'cloud', 'investor', 'regulator'];
const kMostShown = 300;

export function AgentsView(): JSX.Element {
  const { agents, run } = useRun();
  const [text, setText] = useParameter('text');
  const fits = (agent: Agent): boolean =>
    `${agent.name} ${agent.group ?? ''} ${agent.strategy ?? ''}`.toLowerCase().includes(text.toLowerCase());
  const shown = agents.filter(fits);
  return (
    <>
      <h1>Agents</h1>
      <search class="filters">
        <label class="field field-text">
          <span>Name, group or strategy</span>
          <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </search>
      {run.counts.agents > agents.length ? (
        <p class="quiet">
          These are the first {plural(agents.length, 'agent')} by name, of {run.counts.agents.toLocaleString('en-US')}.
        </p>
      ) : null}
      {shown.length === 0 ? (
        <Empty>{agents.length === 0 ? 'No agent has joined.' : `No agent matches “${text}”.`}</Empty>
      ) : null}
      {kRoles.map((role) => {
        const those = shown.filter((agent) => agent.role === role).sort((a, b) => a.ordinal - b.ordinal);
        if (those.length === 0) return null;
        return (
          <section key={role} aria-labelledby={`role-${role}`}>
            <h2 id={`role-${role}`}>
              <i class={`role-key role-${role}`} aria-hidden="true" /> {titleOf(role)}s
            </h2>
            <div class="agent-grid">
              {those.slice(0, kMostShown).map((agent) => (
                <div key={agent.name} class={`card agent-card ${agent.left_quarter === null ? '' : 'gone'}`}>
                  <AgentLink name={agent.name} />
                  <div class="quiet">
                    {agent.strategy ?? 'no strategy'}
                    {agent.group === null || agent.group === agent.name ? '' : ` · ${agent.group}`}
                    {agent.jurisdiction === null ? '' : ` · ${titleOf(agent.jurisdiction)}`}
                  </div>
                  {agent.left_quarter === null ? null : <span class="kind kind-ended">left {agent.left_quarter}</span>}
                </div>
              ))}
            </div>
            {those.length > kMostShown ? (
              <p class="quiet">{those.length - kMostShown} more; a name above narrows them down.</p>
            ) : null}
          </section>
        );
      })}
    </>
  );
}
