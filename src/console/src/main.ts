import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';
import { session } from './security/session';
import './style/tokens.css';
import './style/base.css';
import './style/controls.css';
import './style/print.css';

await session.resume();
createApp(App).use(router).mount('#app');
