#include "sim/accounts.h"

#include <array>

namespace tranche {
namespace {

constexpr AccountInfo Asset(absl::string_view name, CashFlowSection section) {
  return {name, AccountType::kAsset, section, IncomeLine::kNone};
}
constexpr AccountInfo Liability(absl::string_view name, CashFlowSection section) {
  return {name, AccountType::kLiability, section, IncomeLine::kNone};
}
constexpr AccountInfo Equity(absl::string_view name) {
  return {name, AccountType::kEquity, CashFlowSection::kFinancing, IncomeLine::kNone};
}
constexpr AccountInfo Revenue(absl::string_view name) {
  return {name, AccountType::kRevenue, CashFlowSection::kOperating, IncomeLine::kRevenue};
}
constexpr AccountInfo OtherIncome(absl::string_view name, CashFlowSection section) {
  return {name, AccountType::kRevenue, section, IncomeLine::kOther};
}
constexpr AccountInfo Cost(absl::string_view name) {
  return {name, AccountType::kExpense, CashFlowSection::kOperating, IncomeLine::kCostOfRevenue};
}
constexpr AccountInfo Expense(absl::string_view name) {
  return {name, AccountType::kExpense, CashFlowSection::kOperating, IncomeLine::kOperatingExpense};
}
constexpr AccountInfo OtherExpense(absl::string_view name, CashFlowSection section) {
  return {name, AccountType::kExpense, section, IncomeLine::kOther};
}

constexpr CashFlowSection kOperating = CashFlowSection::kOperating;
constexpr CashFlowSection kInvesting = CashFlowSection::kInvesting;
constexpr CashFlowSection kFinancing = CashFlowSection::kFinancing;

// In the order of the enumeration.
constexpr std::array<AccountInfo, kAccountCount> kChart = {
    Asset("cash", CashFlowSection::kNone),
    Asset("receivables", kOperating),
    Asset("prepaid-compute", kOperating),
    Asset("construction-in-progress", kInvesting),
    Asset("property", kInvesting),
    Asset("accelerators", kInvesting),
    Asset("accumulated-depreciation", kInvesting),
    Asset("equity-investments", kInvesting),
    Asset("investment-marks", kInvesting),
    Asset("notes-receivable", kInvesting),
    Asset("intragroup", kFinancing),
    Liability("payables", kOperating),
    Liability("prepayments-received", kOperating),
    Liability("notes-payable", kFinancing),
    Equity("paid-in-capital"),
    Equity("share-based-capital"),
    Equity("owner-distributions"),
    Equity("opening-equity"),
    Equity("retained-earnings"),
    Revenue("revenue-models"),
    Revenue("revenue-compute"),
    Revenue("revenue-investees"),
    Revenue("revenue-take-or-pay"),
    Revenue("revenue-marketplace"),
    Revenue("revenue-chips"),
    Revenue("revenue-construction"),
    Revenue("revenue-power"),
    Revenue("revenue-licences"),
    Revenue("revenue-other"),
    Revenue("wages-income"),
    OtherIncome("interest-income", kOperating),
    OtherIncome("dividend-income", kOperating),
    OtherIncome("gain-on-investments", kInvesting),
    OtherIncome("unrealised-gains", kInvesting),
    OtherIncome("breakup-fees-received", kOperating),
    OtherIncome("debt-forgiven", kFinancing),
    Cost("cost-of-compute"),
    Cost("take-or-pay-charges"),
    Cost("revenue-share"),
    Cost("cost-of-power"),
    Cost("cost-of-operations"),
    Cost("depreciation"),
    Expense("training-compute"),
    Expense("wages"),
    Expense("share-based-pay"),
    Expense("sales-general-admin"),
    Expense("licence-fees"),
    Expense("regulatory-costs"),
    Expense("other-expense"),
    Expense("model-spending"),
    Expense("consumption"),
    OtherExpense("interest-expense", kOperating),
    OtherExpense("loss-on-investments", kInvesting),
    OtherExpense("impairment", kInvesting),
    OtherExpense("credit-losses", kInvesting),
    OtherExpense("breakup-fees-paid", kOperating),
};

constexpr bool IsAt(Account account, absl::string_view name) {
  return kChart[static_cast<size_t>(account)].name == name;
}
static_assert(IsAt(Account::kIntragroup, "intragroup") &&
                  IsAt(Account::kNotesPayable, "notes-payable") &&
                  IsAt(Account::kRetainedEarnings, "retained-earnings") &&
                  IsAt(Account::kDebtForgiven, "debt-forgiven") &&
                  IsAt(Account::kDepreciation, "depreciation") &&
                  IsAt(Account::kConsumption, "consumption") &&
                  IsAt(Account::kBreakupFeesPaid, "breakup-fees-paid"),
              "the chart must follow the enumeration");

}  // namespace

const AccountInfo& InfoOf(Account account) { return kChart[static_cast<size_t>(account)]; }

}  // namespace tranche
