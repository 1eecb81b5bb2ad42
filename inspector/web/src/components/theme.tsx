import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';
type Choice = Theme | 'auto';

const kKey = 'tranche-theme';
const ThemeContext = createContext<{ theme: Theme; choice: Choice; choose: (choice: Choice) => void }>({
  theme: 'light',
  choice: 'auto',
  choose: () => undefined,
});

// What is on the screen now; charts draw anew when it changes.
export function useTheme(): Theme {
  return useContext(ThemeContext).theme;
}

function remembered(): Choice {
  try {
    const value = window.localStorage.getItem(kKey);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    // A page from a file may have no storage.
    return 'auto';
  }
}

function remember(choice: Choice): void {
  try {
    if (choice === 'auto') window.localStorage.removeItem(kKey);
    else window.localStorage.setItem(kKey, choice);
  } catch {
    // Then it holds for this visit.
  }
}

export function ThemeProvider(props: { children: ComponentChildren }): JSX.Element {
  const [choice, setChoice] = useState<Choice>(remembered);
  const [system, setSystem] = useState<Theme>(() => systemTheme());
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    const update = (): void => setSystem(systemTheme());
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  const theme = choice === 'auto' ? system : choice;
  // Before children draw: charts read their colours from the style.
  document.documentElement.dataset.theme = theme;
  const choose = (next: Choice): void => {
    remember(next);
    setChoice(next);
  };
  return <ThemeContext.Provider value={{ theme, choice, choose }}>{props.children}</ThemeContext.Provider>;
}

function systemTheme(): Theme {
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const kNext: Record<Choice, Choice> = { auto: 'light', light: 'dark', dark: 'auto' };
const kWords: Record<Choice, string> = { auto: 'as the system', light: 'light', dark: 'dark' };

export function ThemeButton(): JSX.Element {
  const { choice, choose } = useContext(ThemeContext);
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Theme: ${kWords[choice]}. Change to ${kWords[kNext[choice]]}`}
      title={`Theme: ${kWords[choice]}`}
      onClick={() => choose(kNext[choice])}
    >
      <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        {choice === 'light' ? (
          <>
            <circle cx="12" cy="12" r="4.5" />
            <path d="M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.8 1.8M17.2 17.2 19 19M19 5l-1.8 1.8M6.8 17.2 5 19" stroke-linecap="round" />
          </>
        ) : choice === 'dark' ? (
          <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" stroke-linejoin="round" />
        ) : (
          <>
            <circle cx="12" cy="12" r="8.5" />
            <path d="M12 3.5a8.5 8.5 0 0 1 0 17Z" fill="currentColor" />
          </>
        )}
      </svg>
    </button>
  );
}
