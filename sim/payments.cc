#include "sim/payments.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/building.h"
#include "sim/capability.h"
#include "sim/check.h"
#include "sim/circular_financing.h"
#include "sim/data_flows.h"
#include "sim/demand.h"
#include "sim/frameworks.h"
#include "sim/treasury.h"

namespace tranche {
namespace {

Cents Scale(Cents amount, double factor) {
  return Cents(__builtin_llround(static_cast<double>(amount.value()) * factor));
}

bool InForce(const Contract& contract, Quarter quarter) {
  return contract.active && quarter >= contract.start && quarter < contract.end;
}

// One quarter's settlement.
class Settlement {
 public:
  explicit Settlement(World& world) : world_(world), ledger_(world.ledger) {
    for (Lab& lab : world_.labs) lab.compute_cost = Cents(0);
    for (ContractId id : world_.contracts.ids()) {
      const Contract& contract = world_.contracts[id];
      if (contract.kind == Contract::Kind::kSpendCommitment && InForce(contract, world_.quarter)) {
        commitments_.push_back(id);
      }
    }
    std::stable_sort(commitments_.begin(), commitments_.end(),
                     [this](ContractId a, ContractId b) { return Parties(a) < Parties(b); });
  }

  void Run() {
    ReceiveOtherBusiness();
    ReceiveSales();
    PayResellers();
    PayLicenceFees();
    PayPeopleAndOverheads();
    PayForCompliance();
    PayReservedCompute();
    PayOnDemandCompute();
    SettleCommitments();
    PayPowerAndOperations();
    PayBuilders();
    WriteOffFleets();
    AccrueInterest();
    WriteHistories();
  }

 private:
  using Pair = std::pair<AgentId, AgentId>;  // customer, provider

  Pair Parties(ContractId id) const {
    return {world_.contracts[id].customer, world_.contracts[id].provider};
  }
  EntityId EntityOf(AgentId agent) const { return world_.agents[agent].entity; }
  bool IsActive(AgentId agent) const { return world_.agents[agent].active; }

  // From a population, whose cash has no limit.
  void Receive(EntityId from, EntityId to, Cents amount, Account from_account, Account to_account,
               PaymentKind kind) {
    if (amount <= Cents(0)) return;
    const absl::Status paid =
        ledger_.Transfer(from, to, amount, from_account, to_account, kind, "");
    TRANCHE_CHECK(paid.ok(), "a population has no cash limit");
  }

  void ReceiveOtherBusiness() {
    const EntityId world_at_large = world_.populations.rest_of_world;
    for (Group& group : world_.groups) {
      if (!group.has_treasury) continue;
      if (group.other_cash_flow >= Cents(0)) {
        Receive(world_at_large, group.treasury, group.other_cash_flow, Account::kConsumption,
                Account::kRevenueOther, PaymentKind::kOtherBusiness);
      } else {
        // A treasury spends what it has; businesses outside the model shrink to fit.
        const Cents spent = std::min(-group.other_cash_flow, ledger_.Cash(group.treasury));
        Receive(group.treasury, world_at_large, spent, Account::kOtherExpense,
                Account::kRevenueOther, PaymentKind::kOtherBusiness);
      }
      group.other_cash_flow =
          Scale(group.other_cash_flow, QuarterlyFactor(group.other_cash_flow_growth * 100));
    }
    for (Cloud& cloud : world_.clouds) {
      if (!IsActive(cloud.agent)) continue;
      Receive(world_at_large, EntityOf(cloud.agent), cloud.other_revenue, Account::kConsumption,
              Account::kRevenueOther, PaymentKind::kOtherBusiness);
      PayOrOwe(world_, cloud.agent, world_at_large,
               Scale(cloud.other_revenue, 1 - cloud.other_margin), Account::kOtherExpense,
               Account::kRevenueOther, PaymentKind::kOtherBusiness, "");
      cloud.other_revenue =
          Scale(cloud.other_revenue, QuarterlyFactor(cloud.other_revenue_growth * 100));
    }
  }

  void ReceiveSales() {
    for (int s = 0; s < kSegments; ++s) {
      const EntityId customers = world_.populations.customers[static_cast<size_t>(s)];
      for (const Lab& lab : world_.labs) {
        Receive(customers, EntityOf(lab.agent), lab.outcome[static_cast<size_t>(s)].revenue,
                Account::kModelSpending, Account::kRevenueModels, PaymentKind::kModelSales);
      }
    }
    for (const Cloud& cloud : world_.clouds) {
      Receive(world_.populations.other_tenants, EntityOf(cloud.agent),
              CostAtMicros(cloud.on_demand_price_micros, cloud.other_tenants_sold_gpu_hours),
              Account::kConsumption, Account::kRevenueCompute, PaymentKind::kComputeUsage);
    }
  }

  // Marketplaces and embedding partners keep their part of what customers pay.
  void PayResellers() {
    for (const Contract& contract : world_.contracts) {
      if (!InForce(contract, world_.quarter)) continue;
      if (contract.kind == Contract::Kind::kMarketplace) {
        const LabId lab = world_.lab_of(contract.customer);
        const CloudId cloud = world_.cloud_of(contract.provider);
        if (!lab.valid() || !cloud.valid()) continue;
        const Cents part = MarketplaceSales(world_, lab, cloud) *
                           BasisPoints(contract.marketplace.revenue_share_bp());
        PayOrOwe(world_, contract.customer, EntityOf(contract.provider), part,
                 Account::kRevenueShare, Account::kRevenueMarketplace,
                 PaymentKind::kMarketplaceSettlement, contract.name);
      } else if (contract.kind == Contract::Kind::kLicence) {
        const LabId lab = world_.lab_of(contract.provider);
        if (!lab.valid() || !IsActive(contract.customer)) continue;
        const Cents part =
            EmbeddingPart(contract.licence, EmbeddedSales(world_, lab, contract.customer));
        PayOrOwe(world_, contract.provider, EntityOf(contract.customer), part,
                 Account::kRevenueShare, Account::kRevenueMarketplace,
                 PaymentKind::kMarketplaceSettlement, contract.name);
      }
    }
  }

  void PayLicenceFees() {
    for (const Contract& contract : world_.contracts) {
      if (contract.kind != Contract::Kind::kLicence || !InForce(contract, world_.quarter)) continue;
      if (!IsActive(contract.customer) || !IsActive(contract.provider)) continue;
      PayOrOwe(world_, contract.customer, EntityOf(contract.provider),
               Cents(contract.licence.fee_cents_per_quarter()), Account::kLicenceFees,
               Account::kRevenueLicences, PaymentKind::kLicence, contract.name);
    }
  }

  void PayPeopleAndOverheads() {
    const EntityId households = world_.populations.households;
    const EntityId world_at_large = world_.populations.rest_of_world;
    for (const Lab& lab : world_.labs) {
      if (!IsActive(lab.agent)) continue;
      PayOrOwe(world_, lab.agent, households, MulDiv(lab.cash_pay, lab.researchers, 4),
               Account::kWages, Account::kWagesIncome, PaymentKind::kWages, "");
      ledger_.Entry(EntityOf(lab.agent), Account::kShareBasedPay, Account::kShareBasedCapital,
                    MulDiv(lab.equity_pay, lab.researchers, 4), PaymentKind::kShareBasedPay, "");
      Cents revenue;
      for (const SegmentOutcome& outcome : lab.outcome) revenue += outcome.revenue;
      PayOrOwe(world_, lab.agent, world_at_large,
               lab.other_operating_expense + Scale(revenue, lab.sales_expense_ratio),
               Account::kSalesGeneralAdmin, Account::kRevenueOther, PaymentKind::kOverhead, "");
    }
  }

  // What the law costs labs: frameworks, and security programmes under limits on data flows.
  void PayForCompliance() {
    for (LabId lab : world_.labs.ids()) {
      const AgentId agent = world_.labs[lab].agent;
      if (!IsActive(agent)) continue;
      for (const Framework& framework : world_.frameworks) {
        PayForCompliance(agent, CostOfComplying(world_, framework, lab), framework.name);
      }
      for (v1::Jurisdiction jurisdiction : DataFlowLimits(world_, lab)) {
        PayForCompliance(agent, DataSecurityCost(world_, jurisdiction), "data-flow-limits");
      }
    }
  }
  void PayForCompliance(AgentId lab, Cents cost, absl::string_view law) {
    PayOrOwe(world_, lab, world_.populations.rest_of_world, cost, Account::kRegulatoryCosts,
             Account::kRevenueOther, PaymentKind::kRegulatoryCost, law);
  }

  // What the lots of one reservation come to.
  void PayReservedCompute() {
    const std::vector<ComputeLot>& lots = world_.compute_lots;
    for (size_t begin = 0; begin < lots.size();) {
      const ComputeLot& first = lots[begin];
      size_t end = begin;
      int64_t delivered = 0;
      int64_t serving = 0;
      int64_t training = 0;
      for (; end < lots.size() && lots[end].contract == first.contract &&
             lots[end].lab == first.lab && first.contract.valid();
           ++end) {
        delivered += lots[end].gpu_hours;
        serving += lots[end].serving_gpu_hours;
        training += lots[end].training_gpu_hours;
      }
      if (first.contract.valid()) {
        Contract& contract = world_.contracts[first.contract];
        const int64_t price = contract.capacity.price_micros_per_gpu_hour();
        const int64_t owed = MulDivRounded(delivered, contract.capacity.take_or_pay_bp(), 10'000);
        const int64_t idle = std::max<int64_t>(0, owed - serving - training);
        ChargeCompute(contract.customer, contract.provider, &contract, serving, training, idle,
                      price);
        if (contract.end - world_.quarter == 1) Forfeit(contract);
        begin = end;
      } else {
        ++begin;
      }
    }
  }

  void PayOnDemandCompute() {
    for (const ComputeLot& lot : world_.compute_lots) {
      if (lot.contract.valid()) continue;
      // Bought hours are paid for whether used or not.
      ChargeCompute(world_.labs[lot.lab].agent, world_.clouds[lot.cloud].agent, nullptr,
                    lot.gpu_hours - lot.training_gpu_hours, lot.training_gpu_hours, 0,
                    lot.price_micros_per_gpu_hour);
    }
  }

  void ChargeCompute(AgentId lab, AgentId cloud, Contract* contract, int64_t serving,
                     int64_t training, int64_t idle, int64_t price) {
    const Cents serving_cost = CostAtMicros(price, serving);
    world_.labs[world_.lab_of(lab)].compute_cost += serving_cost;
    Charge(lab, cloud, contract, serving_cost, Account::kCostOfCompute, Account::kRevenueCompute,
           PaymentKind::kComputeUsage);
    Charge(lab, cloud, contract, CostAtMicros(price, training), Account::kTrainingCompute,
           Account::kRevenueCompute, PaymentKind::kComputeUsage);
    Charge(lab, cloud, contract, CostAtMicros(price, idle), Account::kTakeOrPayCharges,
           Account::kRevenueTakeOrPay, PaymentKind::kTakeOrPay);
  }

  // A cloud's bill: prepayment, credits, cash. Counts towards the lab's commitments at the cloud.
  void Charge(AgentId lab, AgentId cloud, Contract* contract, Cents amount, Account expense,
              Account revenue, PaymentKind kind) {
    if (amount == Cents(0)) return;
    if (IsInvestee(lab, cloud)) revenue = Account::kRevenueInvestees;
    for (auto it = FirstCommitment(lab, cloud); it != commitments_.end(); ++it) {
      if (Parties(*it) != Pair(lab, cloud)) break;
      world_.contracts[*it].spent += amount;
    }
    if (contract != nullptr) {
      const bool last = contract->end - world_.quarter == 1;
      const Cents part = last ? amount : amount * BasisPoints(contract->capacity.prepayment_bp());
      amount -= DrawDown(*contract, part, expense, revenue);
    }
    for (auto it = FirstCommitment(lab, cloud); it != commitments_.end(); ++it) {
      if (Parties(*it) != Pair(lab, cloud)) break;
      amount -= DrawDown(world_.contracts[*it], amount, expense, revenue);
    }
    PayOrOwe(world_, lab, EntityOf(cloud), amount, expense, revenue, kind,
             contract != nullptr ? absl::string_view(contract->name) : absl::string_view());
  }

  // The cloud's group has invested in the lab: what it sells to it is its own money coming back.
  bool IsInvestee(AgentId lab, AgentId cloud) const {
    return HasInvestedIn(world_, world_.lab_of(lab), world_.agents[cloud].group);
  }

  std::vector<ContractId>::const_iterator FirstCommitment(AgentId lab, AgentId cloud) const {
    return std::lower_bound(commitments_.begin(), commitments_.end(), Pair(lab, cloud),
                            [this](ContractId id, const Pair& pair) { return Parties(id) < pair; });
  }

  // Uses up to `amount` of what was paid ahead under `contract`; returns how much.
  Cents DrawDown(Contract& contract, Cents amount, Account expense, Account revenue) {
    const Cents used = std::min(contract.prepaid, amount);
    if (used <= Cents(0)) return Cents(0);
    contract.prepaid -= used;
    ledger_.Exchange({EntityOf(contract.customer), expense, Account::kPrepaidCompute},
                     {EntityOf(contract.provider), Account::kPrepaymentsReceived, revenue}, used,
                     PaymentKind::kPrepaymentUse, contract.name);
    return used;
  }

  // What was paid ahead and not used by the end of the term stays with the cloud.
  void Forfeit(Contract& contract) {
    DrawDown(contract, contract.prepaid, Account::kTakeOrPayCharges, Account::kRevenueTakeOrPay);
  }

  void SettleCommitments() {
    for (ContractId id : commitments_) {
      Contract& contract = world_.contracts[id];
      if (contract.end - world_.quarter != 1) continue;
      const Cents missing = Cents(contract.commitment.amount_cents()) - contract.spent;
      if (missing > Cents(0) && IsActive(contract.customer) && IsActive(contract.provider)) {
        contract.spent += missing;
        const Cents credited =
            DrawDown(contract, missing, Account::kTakeOrPayCharges, Account::kRevenueTakeOrPay);
        PayOrOwe(world_, contract.customer, EntityOf(contract.provider), missing - credited,
                 Account::kTakeOrPayCharges, Account::kRevenueTakeOrPay, PaymentKind::kTakeOrPay,
                 contract.name);
      }
      Forfeit(contract);
    }
  }

  void PayPowerAndOperations() {
    const auto hours =
        static_cast<double>((world_.quarter.LastDay() - world_.quarter.FirstDay() + 1) * 24);
    for (const Cloud& cloud : world_.clouds) {
      if (!IsActive(cloud.agent)) continue;
      Cents power;
      int64_t capacity = 0;
      for (const Fleet& fleet : cloud.fleets) {
        power += CostAtMicros(world_.regions[fleet.region].price_micros_per_kwh,
                              FleetPowerKw(world_, fleet, cloud.utilisation) * hours);
        capacity += fleet.h100e;
      }
      PayOrOwe(world_, cloud.agent, world_.populations.grids, power, Account::kCostOfPower,
               Account::kRevenuePower, PaymentKind::kPower, "");
      const double operations_micros = static_cast<double>(capacity) *
                                       world_.scenario.compute().hours_per_quarter() *
                                       cloud.operating_cost_micros_per_gpu_hour;
      PayOrOwe(world_, cloud.agent, world_.populations.households,
               Cents(static_cast<int64_t>(operations_micros / 10'000)), Account::kCostOfOperations,
               Account::kWagesIncome, PaymentKind::kOperations, "");
    }
  }

  void PayBuilders() {
    capex_.assign(static_cast<size_t>(world_.clouds.size()), Cents(0));
    for (Build& build : world_.builds) {
      const AgentId cloud = world_.clouds[build.cloud].agent;
      const Cents due = InstalmentDue(world_, build);
      if (due <= Cents(0) || !IsActive(cloud)) continue;
      if (SpendableCash(world_, cloud) < due) {
        // Work stops until it is paid for.
        build.ready += 1;
        continue;
      }
      const Cents chips = MulDiv(due, build.chips_cost.value(), build.total_cost.value());
      PayFor(cloud, world_.populations.chip_makers, chips, Account::kRevenueChips,
             PaymentKind::kChipPayment);
      PayFor(cloud, world_.populations.builders, due - chips, Account::kRevenueConstruction,
             PaymentKind::kSitePayment);
      build.paid += due;
      capex_[static_cast<size_t>(build.cloud.value())] += due;
    }
  }

  void PayFor(AgentId cloud, EntityId supplier, Cents amount, Account revenue, PaymentKind kind) {
    if (amount == Cents(0)) return;
    const absl::Status paid =
        Pay(world_, cloud, supplier, amount, Account::kConstructionInProgress, revenue, kind, "");
    TRANCHE_CHECK(paid.ok(), "an agent pays what it can spend");
  }

  void WriteOffFleets() {
    for (Cloud& cloud : world_.clouds) {
      Cents charge;
      for (Fleet& fleet : cloud.fleets) {
        const Cents part = std::min(fleet.depreciation_per_quarter, fleet.book_value);
        fleet.book_value -= part;
        charge += part;
      }
      ledger_.Entry(EntityOf(cloud.agent), Account::kDepreciation,
                    Account::kAccumulatedDepreciation, charge, PaymentKind::kDepreciation, "");
    }
  }

  void AccrueInterest() {
    for (Deal& deal : world_.deals) {
      if (deal.note_principal <= Cents(0) || !deal.terms.has_note()) continue;
      const Cents interest = MulDiv(deal.note_principal, deal.terms.note().interest_bp(), 40'000);
      deal.note_interest += interest;
      ledger_.Exchange(
          {EntityOf(deal.investor), Account::kNotesReceivable, Account::kInterestIncome},
          {EntityOf(world_.labs[deal.lab].agent), Account::kInterestExpense,
           Account::kNotesPayable},
          interest, PaymentKind::kInterest, deal.name);
    }
  }

  // Revenue since the quarter opened.
  Cents RevenueOf(AgentId agent) const {
    const EntityId entity = EntityOf(agent);
    Cents revenue;
    for (const Account account :
         {Account::kRevenueModels, Account::kRevenueLicences, Account::kRevenueCompute,
          Account::kRevenueInvestees, Account::kRevenueTakeOrPay, Account::kRevenueMarketplace,
          Account::kRevenueOther}) {
      revenue += ledger_.Balance(entity, account);
    }
    return revenue;
  }

  void WriteHistories() {
    for (Lab& lab : world_.labs) lab.revenue_history.push_back(RevenueOf(lab.agent));
    for (CloudId id : world_.clouds.ids()) {
      Cloud& cloud = world_.clouds[id];
      cloud.revenue_history.push_back(RevenueOf(cloud.agent));
      cloud.capex_history.push_back(capex_[static_cast<size_t>(id.value())]);
    }
  }

  World& world_;
  Ledger& ledger_;
  // Spend commitments in force, by customer and provider; credits are prepaid on them.
  std::vector<ContractId> commitments_;
  std::vector<Cents> capex_;  // by cloud
};

}  // namespace

void PayOrOwe(World& world, AgentId from, EntityId to, Cents amount, Account from_account,
              Account to_account, PaymentKind kind, absl::string_view thread) {
  if (amount <= Cents(0)) return;
  const Cents paid = std::max(Cents(0), std::min(amount, SpendableCash(world, from)));
  if (paid > Cents(0)) {
    const absl::Status status = Pay(world, from, to, paid, from_account, to_account, kind, thread);
    TRANCHE_CHECK(status.ok(), "an agent pays what it can spend");
  }
  const Cents owed = amount - paid;
  if (owed == Cents(0)) return;
  world.ledger.Exchange({to, Account::kReceivables, to_account},
                        {world.agents[from].entity, from_account, Account::kPayables}, owed, kind,
                        thread);
  world.arrears.push_back(Arrear{from, to, owed, kind, std::string(thread), world.quarter});
}

Cents EmbeddingPart(const v1::LicenceTerms& licence, Cents sales) {
  return sales - sales * BasisPoints(licence.royalty_bp());
}

void SettlePayments(World& world, MarketOutput&) { Settlement(world).Run(); }

}  // namespace tranche
