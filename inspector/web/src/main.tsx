import { render } from 'preact';
import { ApiCache } from './api/cache';
import { ServerSource } from './api/source';
import { ApiContext } from './api/use_api';
import { App, kInspectorViews } from './app';
import { ThemeProvider } from './components/theme';
import { NavigationProvider } from './navigation/navigation';
import './styles/all.css';

const kPaths = kInspectorViews.map((view) => view.path);
const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
render(
  <ThemeProvider>
    <ApiContext.Provider value={new ApiCache(new ServerSource())}>
      <NavigationProvider kind="path" paths={kPaths}>
        <App />
      </NavigationProvider>
    </ApiContext.Provider>
  </ThemeProvider>,
  root,
);
