import {createRouter, createWebHistory, type RouteRecordRaw} from 'vue-router';
import {say} from './i18n';
import {firstScreen, maySee, type Screen} from './lib/roles';
import {roles, useSession} from './lib/session';
import SignIn from './screens/SignIn.vue';

// `screen` decides by role whether the route may be seen; `title` is a key of the message files.
declare module 'vue-router' {
  interface RouteMeta {
    title: string;
    screen?: Screen;
    open?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  {path: '/sign-in', component: SignIn, meta: {title: 'sign.title', open: true}},
  {path: '/enrol', component: () => import('./screens/Enrol.vue'), meta: {title: 'enrol.title', open: true}},
  {path: '/', component: () => import('./screens/Overview.vue'), meta: {title: 'nav.overview', screen: 'overview'}},
  {path: '/month', component: () => import('./screens/MonthEnd.vue'), meta: {title: 'nav.month', screen: 'month'}},
  {path: '/reports', component: () => import('./screens/Reports.vue'), meta: {title: 'nav.reports', screen: 'reports'}},
  {path: '/reports/:id(\\d+)', component: () => import('./screens/Report.vue'), props: route => ({id: Number(route.params.id)}), meta: {title: 'report.title', screen: 'reports'}},
  {path: '/needs', component: () => import('./screens/Needs.vue'), meta: {title: 'nav.needs', screen: 'needs'}},
  {path: '/clients', component: () => import('./screens/Clients.vue'), meta: {title: 'nav.clients', screen: 'clients'}},
  {path: '/clients/:company', component: () => import('./screens/Terms.vue'), props: true, meta: {title: 'terms.title', screen: 'clients'}},
  {path: '/connection', component: () => import('./screens/Connection.vue'), meta: {title: 'nav.connection', screen: 'connection'}},
  {path: '/connection/mappings/:name', component: () => import('./screens/Mapping.vue'), props: true, meta: {title: 'mapping.title', screen: 'connection'}},
  {path: '/:rest(.*)*', component: () => import('./screens/Nothing.vue'), meta: {title: 'nothing.title'}},
];

export const router = createRouter({history: createWebHistory(), routes, scrollBehavior: (_to, _from, saved) => saved ?? {top: 0}});

router.beforeEach(to => {
  if (to.meta.open) return true;
  if (!useSession().session) return {path: '/sign-in', query: to.fullPath === '/' ? {} : {to: to.fullPath}};
  if (!to.meta.screen || maySee(to.meta.screen, roles())) return true;
  return firstScreen(roles()) === null ? true : {path: '/'};
});

/** "Month end · hourbridge"; a screen that knows more says so itself. */
export function entitle(text: string): void {
  document.title = `${text} · hourbridge`;
}

router.afterEach((to, from) => {
  if (to.path !== from.path || from.matched.length === 0) entitle(say(to.meta.title));
});
