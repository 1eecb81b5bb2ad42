import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { changed, parsePlace, placeText, type Place, type Query } from './place';

// The inspector's views have paths of their own; a report is one file, its views stand behind the #.
export type AddressKind = 'path' | 'hash';

export interface Navigation {
  place: Place;
  // A report has fewer views than the inspector.
  leads(path: string): boolean;
  href(path: string, query?: Query | URLSearchParams): string;
  go(path: string, query?: Query | URLSearchParams, how?: 'push' | 'replace'): void;
}

const NavigationContext = createContext<Navigation | null>(null);

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === null) throw new Error('no NavigationContext');
  return navigation;
}

function here(kind: AddressKind): string {
  return kind === 'path'
    ? window.location.pathname + window.location.search
    : window.location.hash.replace(/^#/, '');
}

export function NavigationProvider(props: {
  kind: AddressKind;
  // Paths of the views there are.
  paths: readonly string[];
  children: ComponentChildren;
}): JSX.Element {
  const { kind } = props;
  const [address, setAddress] = useState(() => here(kind));

  useEffect(() => {
    const update = (): void => setAddress(here(kind));
    window.addEventListener('popstate', update);
    window.addEventListener('hashchange', update);
    return () => {
      window.removeEventListener('popstate', update);
      window.removeEventListener('hashchange', update);
    };
  }, [kind]);

  const href = useCallback(
    (path: string, query?: Query | URLSearchParams): string =>
      (kind === 'hash' ? '#' : '') + placeText(path, query),
    [kind],
  );
  const go = useCallback(
    (path: string, query?: Query | URLSearchParams, how: 'push' | 'replace' = 'push'): void => {
      const target = href(path, query);
      if (how === 'push') window.history.pushState(null, '', target);
      else window.history.replaceState(null, '', target);
      setAddress(here(kind));
    },
    [href, kind],
  );
  const leads = useCallback((path: string): boolean => props.paths.includes(path), [props.paths]);
  const navigation: Navigation = { place: parsePlace(address), leads, href, go };
  return <NavigationContext.Provider value={navigation}>{props.children}</NavigationContext.Provider>;
}

// One parameter of the view's state, and how to change it. Changing replaces the address: the
// browser's back button leads from view to view.
export function useParameter(name: string, absent = ''): [string, (value: string | null) => void] {
  const { place, go } = useNavigation();
  const value = place.query.get(name) ?? absent;
  const set = (next: string | null): void =>
    go(place.path, changed(place.query, { [name]: next === absent ? null : next }), 'replace');
  return [value, set];
}

type LinkProps = Omit<JSX.AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  to: string;
  query?: Query | URLSearchParams;
};

// A link within the page; what leads nowhere is text. The browser's own ways to open a link elsewhere stay.
export function Link({ to, query, onClick, ...rest }: LinkProps): JSX.Element {
  const { href, go, leads } = useNavigation();
  if (!leads(to)) return <span>{rest.children}</span>;
  return (
    <a
      {...rest}
      href={href(to, query)}
      onClick={(event) => {
        onClick?.(event);
        const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
        if (event.defaultPrevented || elsewhere) return;
        event.preventDefault();
        go(to, query);
      }}
    />
  );
}

// A link that keeps the view and changes some of its state.
export function StateLink({
  change,
  ...rest
}: Omit<LinkProps, 'to' | 'query'> & { change: Query }): JSX.Element {
  const { place } = useNavigation();
  return <Link {...rest} to={place.path} query={changed(place.query, change)} />;
}
