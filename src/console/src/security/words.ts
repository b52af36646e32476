import { both, type Names } from '../words/both';

/** Who one is. */
export const security = {
  signIn: {
    title: both('登录', 'Sign in'),
    account: both('账号', 'Account'),
    password: both('密码', 'Password'),
    submit: both('登录', 'Sign in'),
    wrong: both('账号或密码不对。', 'Account or password is not right.'),
    volume: both('试听警报', 'Test the alarm'),
    volumeHint: both(
      '值班前请试听：三声，逐声升高。听不到时请检查音量。',
      'Listen before your shift: three tones, rising. If you hear nothing, check the volume.',
    ),
    publicTitle: both('没有账号', 'No account'),
    publicText: both(
      '任何人都可以报告。不需要登录，也可以不留姓名。',
      'Anybody can report. No sign-in, and no name needed.',
    ),
    publicButton: both('现在报告', 'Report now'),
    lookUp: both('用查询码查看进展', 'See progress with a look-up code'),
    expired: both(
      '登录已过期。请重新登录，已填内容仍在。',
      'Your sign-in ended. Sign in again; what you typed is kept.',
    ),
  },
  welcome: {
    title: both('已登录', 'Signed in'),
    noContent: both('您的角色不接触案件内容。', 'Your role sees no case content.'),
    docs: both('接口说明', 'Interface documentation'),
  },
  roles: {
    Reporter: both('报告人', 'Reporter'),
    DutyOfficer: both('值班员', 'Duty officer'),
    DutySupervisor: both('值班长', 'Duty supervisor'),
    CountyOfficer: both('县值班', 'County on call'),
    SecondApprover: both('复核人', 'Second approver'),
    ChildSupervisor: both('儿童督导员', 'Child supervisor'),
    ChildDirector: both('儿童主任', 'Child director'),
    PoliceLiaison: both('公安联络员', 'Police liaison'),
    InstitutionStaff: both('救助保护机构', 'Rescue institution'),
    WelfareStaff: both('儿童福利机构', 'Welfare institution'),
    AgencyStaff: both('协同单位', 'Agency'),
    ContractedOperator: both('话务员', 'Line operator'),
    CallCentre: both('呼叫中心接口', 'Call-centre interface'),
    CitySupervisor: both('市值班', 'City on call'),
    Auditor: both('审计', 'Auditor'),
    SystemAdministrator: both('系统管理员', 'Administrator'),
    System: both('系统', 'System'),
  } as Names,
};
