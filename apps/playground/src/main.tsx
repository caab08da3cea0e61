import { render } from 'preact';
import { App } from './components/app.tsx';
import { createPlayground } from './playground.ts';
import './style.css';

render(<App playground={createPlayground()} />, document.getElementById('app')!);
