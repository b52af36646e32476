import { createRouter, createWebHistory } from 'vue-router';
import { session } from './security/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without an account. */
    open?: boolean;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: home },
    { path: '/sign-in', name: 'sign-in', component: () => import('./security/SignIn.vue'), meta: { open: true } },
    { path: '/board', name: 'board', component: () => import('./dashboards/Board.vue') },
    { path: '/cases/:id', name: 'case', component: () => import('./cases/CasePage.vue'), props: true },
    { path: '/reports', name: 'my-reports', component: () => import('./intake/MyReports.vue') },
    { path: '/reports/new', name: 'new-report', component: () => import('./intake/ReportForm.vue') },
    { path: '/reports/:number', name: 'report', component: () => import('./intake/ReportPage.vue'), props: true },
    {
      path: '/report',
      name: 'public-report',
      component: () => import('./intake/ReportForm.vue'),
      props: { open: true },
      meta: { open: true },
    },
    { path: '/look-up', name: 'look-up', component: () => import('./intake/LookUp.vue'), meta: { open: true } },
    { path: '/pages', name: 'pages', component: () => import('./telephony/PagesList.vue') },
    { path: '/calls', name: 'calls', component: () => import('./calls/Calls.vue') },
    { path: '/calls/:id', name: 'call', component: () => import('./calls/CallPage.vue'), props: true },
    { path: '/inbox', name: 'inbox', component: () => import('./agencies/Inbox.vue') },
    {
      path: '/inbox/:kind(tasks|transfers|visits)/:id',
      name: 'assignment',
      component: () => import('./agencies/Assignment.vue'),
      props: true,
    },
    { path: '/welcome', name: 'welcome', component: () => import('./security/Welcome.vue') },
    { path: '/handover', name: 'handover', component: () => import('./duty/HandOverPage.vue') },
    { path: '/debriefs', name: 'debriefs', component: () => import('./duty/Debriefs.vue') },
    { path: '/duty/drills', name: 'drills', component: () => import('./duty/Drills.vue') },
    { path: '/duty', name: 'duty', component: () => import('./duty/DutyNow.vue') },
    { path: '/operations', name: 'operations', component: () => import('./operations/Operations.vue') },
    { path: '/:rest(.*)*', redirect: home },
  ],
  // Going back to the board finds it where it was left.
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

function home(): string {
  if (session.seesBoard.value) return '/board';
  if (session.reports.value) return '/reports';
  if (session.answersPages.value) return '/pages';
  if (session.takesCalls.value) return '/calls';
  if (session.hasInbox.value) return '/inbox';
  return session.watchesHouse.value ? '/operations' : '/welcome';
}

router.beforeEach((to) => {
  if (to.meta.open || session.state.value === 'in' || session.state.value === 'expired') return true;
  // Offline at the start: who files reports must reach the form, which keeps everything on the device.
  if (session.state.value === 'unknown' && to.name === 'new-report') return true;
  // Where somebody lands depends on their role, which nobody knows before they have signed in.
  return { name: 'sign-in', query: to.redirectedFrom ? {} : { to: to.fullPath } };
});
