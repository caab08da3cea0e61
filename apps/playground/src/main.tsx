import { render } from 'preact';
import { App } from './components/app.tsx';
import { createPlayground } from './playground.ts';
import './style.css';

render(<App playground={createPlayground()} />, document.getElementById('app')!);

if (import.meta.env.MODE === 'production' && 'serviceWorker' in navigator) {
  // Without it the page works all the same, but only with network.
  navigator.serviceWorker.register('./sw.js').catch(() => {});
}
